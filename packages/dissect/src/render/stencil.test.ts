import { dmvpn } from '@dmvpn/protocols'
import { bits, ipv4, type Layout, layout, mac, type Row, Sink, u8, u16, u24, u32 } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dissection, dissect } from '../dissect.ts'
import { rowWriterOf } from '../row-writer.ts'
import { sampleRecords } from '../sample-frames.test.data.ts'
import { Session } from '../session/session.ts'
import { TreeWitness } from '../tree-witness.ts'
import { EkExport } from './ek.ts'
import { JsonExport, type JsonOptions } from './json.ts'
import type { PlainForm } from './row-fill.ts'
import { RowTexts } from './row-texts.ts'
import { StencilBuilder } from './stencil.ts'
import { TreeTextExport } from './tree-text.ts'

const written = (write: (s: Sink) => void): string => {
  const s = new Sink()
  write(s)
  return s.toString()
}

type Render = (s: Sink, dissection: Dissection) => void

const json = (options: JsonOptions) => (): Render => {
  const all = new JsonExport(options)
  return (s, dissection) => {
    all.begin(s)
    all.frame(s, dissection)
  }
}

describe('a stencil made from one frame', () => {
  const renderers: readonly (readonly [string, () => Render])[] = [
    ['JSON', json({})],
    ['JSON with octets', json({ octets: 'both', lines: true })],
    ['octets as JSON', json({ octets: 'only' })],
    ['Elasticsearch’s lines', () => asRender(new EkExport(dmvpn, { octets: true }))],
    ['text', () => asRender(new TreeTextExport({ color: true, secrets: true }))],
  ]
  const captures = [
    '04a-auth-errors-frr10.hub-link.trimmed.pcap',
    '06-nat-frr10.hub-link.pcap',
    '05a-nokey-ospf-frr10.hub-link.pcap',
  ]

  it.each(renderers)('writes others as their own would: %s', (_what, make) => {
    for (const capture of captures) {
      const shared = make()
      const session = new Session()
      const witness = new TreeWitness()
      let frames = 0
      for (const record of sampleRecords(`captures/${capture}`)) {
        if (++frames > 40) break
        const dissection = dissect(dmvpn, record, { session, witness })
        expect(written(s => shared(s, dissection))).toBe(written(s => make()(s, dissection)))
      }
      expect(frames).toBeGreaterThan(5)
    }
  })
})

function asRender(all: { frame(s: Sink, dissection: Dissection): void }): Render {
  return (s, dissection) => {
    all.frame(s, dissection)
  }
}

describe('a hole', () => {
  interface Parts {
    readonly octet: number
    readonly two: number
    readonly three: number
    readonly four: number
    readonly few: number
    readonly many: number
    readonly address: number
    readonly station: number
  }
  const parts = {
    octet: u8('t.octet', 'Octet'),
    two: u16('t.two', 'Two'),
    three: u24('t.three', 'Three'),
    four: u32('t.four', 'Four'),
    few: bits(3, 't.few', 'Few', { type: 'uint16' }),
    many: bits(13, 't.many', 'Many', { base: 'hex', type: 'uint16' }),
    address: ipv4('t.address', 'Address'),
    station: mac('t.station', 'Station'),
  }
  const forms: readonly PlainForm[] = ['dec', 'hex16', 'hex32', 'ipv4', 'host', 'mac']

  const check = (own: Layout<Parts>, octets: Uint8Array): number => {
    const witness = new TreeWitness()
    const sourceView = new DataView(octets.buffer)
    witness.reset(octets, sourceView, 0, octets.length)
    witness.rows(own, 0, own.size)
    let plain = 0
    for (let node = 1; node < witness.count; node++) {
      const row = witness.about[node] as Row
      const write = rowWriterOf(row, 'json', true)
      const expected = written(s => write(s, sourceView, 0))
      const kept = new StencilBuilder(new RowTexts()).row(node, row, write).build()
      expect(written(s => kept.write(s, witness))).toBe(expected)
      expect(written(s => kept.write(s, witness))).toBe(expected)
      for (const form of forms) {
        const b = new StencilBuilder(new RowTexts())
        if (!b.plain(node, row, form)) continue
        const isHex = form === 'hex16' || form === 'hex32'
        if (isHex !== (row.base === 'hex')) continue
        plain++
        expect(written(s => b.build().write(s, witness))).toBe(expected)
      }
    }
    return plain
  }

  it('is filled with what the writer of its row writes', () => {
    const big = layout<Parts>('t', 'T', parts)
    fc.assert(
      fc.property(fc.uint8Array({ minLength: big.size, maxLength: big.size }), octets => {
        expect(check(big, Uint8Array.from(octets))).toBe(7)
      }),
    )
  })

  it('leaves to the writer what is not in network order', () => {
    const { few: _few, many: _many, ...whole } = parts
    const little = layout('t', 'T', whole, { order: 'little' }) as unknown as Layout<Parts>
    fc.assert(
      fc.property(fc.uint8Array({ minLength: little.size, maxLength: little.size }), octets => {
        check(little, Uint8Array.from(octets))
      }),
    )
  })
})

describe('texts of rows', () => {
  it('are kept, but not without bound', () => {
    const texts = new RowTexts()
    const own = layout<{ readonly octet: number }>('t', 'T', { octet: u8('t.octet', 'Octet') })
    const table = texts.tableOf(own.rows[0]!)
    expect(texts.tableOf(own.rows[0]!)).toBe(table)
    texts.keep(table, new Uint8Array(1024))
    expect(texts.slots[table]).toBe(0)
    for (let i = 0; i < 3000; i++) texts.keep(table + (i % 256), new Uint8Array(1000).fill(0x61))
    expect(texts.words.length).toBeLessThan(300_000)
    expect(texts.slots.filter(slot => slot !== 0).length).toBeGreaterThan(0)
  })
})
