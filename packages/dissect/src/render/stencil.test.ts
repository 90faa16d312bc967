import { dmvpn } from '@dmvpn/protocols'
import {
  bits,
  type Field,
  field,
  hostNames,
  ipv4,
  ipv4Of,
  type Layout,
  layout,
  mac,
  type Row,
  Sink,
  u8,
  u16,
  u24,
  u32,
} from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Dissection, dissect } from '../dissect.ts'
import type { FrameRecord } from '../frame-record.ts'
import { rowWriterOf } from '../row-writer.ts'
import { sampleRecords } from '../sample-frames.test.data.ts'
import { Session } from '../session/session.ts'
import { TreeWitness } from '../tree-witness.ts'
import { EkExport } from './ek.ts'
import { JsonExport, type JsonOptions } from './json.ts'
import type { PlainForm } from './row-fill.ts'
import { RowTexts } from './row-texts.ts'
import type { EntryWriter } from './stencil.ts'
import { StencilBuilder } from './stencil-builder.ts'
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
        if (++frames > 20) break
        for (const each of [record, damaged(record, frames)]) {
          const dissection = dissect(dmvpn, each, { session, witness })
          expect(written(s => shared(s, dissection))).toBe(written(s => make()(s, dissection)))
        }
      }
      expect(frames).toBeGreaterThan(5)
    }
  })
})

/** The same record with another octet somewhere behind its addresses. */
function damaged(record: FrameRecord, turn: number): FrameRecord {
  const octets = record.buffer.slice(record.start, record.end)
  const at = 14 + ((turn * 7919) % (octets.length - 14))
  octets[at] = octets[at]! ^ (1 + ((turn * 31) % 255))
  return { ...record, buffer: octets, view: new DataView(octets.buffer), start: 0, end: octets.length }
}

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
    const tree = witness.nodes
    for (let node = 1; node < tree.count; node++) {
      const row = tree.about[node] as Row
      const write = rowWriterOf(row, 'json', true)
      const expected = written(s => write(s, sourceView, 0))
      const kept = new StencilBuilder(tree, new RowTexts()).row(node, row, write).build()
      expect(written(s => kept.write(s, witness))).toBe(expected)
      expect(written(s => kept.write(s, witness))).toBe(expected)
      for (const form of forms) {
        const b = new StencilBuilder(tree, new RowTexts())
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

describe('rows of one octet', () => {
  interface Flags {
    readonly high: number
    readonly flag: number
    readonly low: number
    readonly next: number
  }
  const own: Layout<Flags> = layout<Flags>('t', 'T', {
    high: bits(3, 't.high', 'High'),
    flag: bits(1, 't.flag', 'Flag', { base: 'hex' }),
    low: bits(4, 't.low', 'Low'),
    next: bits(8, 't.next', 'Next'),
  })

  it('are written as one, as each would be by itself', () => {
    const texts = new RowTexts()
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.nat(2), fc.string(), (octets, at, between) => {
        const own4 = Uint8Array.from(octets)
        const witness = new TreeWitness()
        witness.reset(own4, new DataView(own4.buffer), 0, 4)
        witness.rows(own, at, own.size)
        const tree = witness.nodes
        const all = new StencilBuilder(tree, texts).text('<')
        let expected = '<'
        for (let node = 1; node < tree.count; node++) {
          const row = tree.about[node] as Row
          all.row(node, row, rowWriterOf(row, 'json', true)).text(between)
          const alone = new StencilBuilder(tree, new RowTexts()).row(node, row, rowWriterOf(row, 'json', true)).build()
          expected += written(s => alone.write(s, witness)) + between
        }
        const stencil = all.build()
        expect(written(s => stencil.write(s, witness))).toBe(expected)
        expect(written(s => stencil.write(s, witness))).toBe(expected)
      }),
    )
  })

  it('are two holes where they are four rows of two octets', () => {
    let tables = 0
    class CountingTexts extends RowTexts {
      override tableOf(of: Field | string, size: number): number {
        tables++
        return super.tableOf(of, size)
      }
    }
    const texts = new CountingTexts()
    const witness = new TreeWitness()
    witness.reset(new Uint8Array(2), new DataView(new ArrayBuffer(2)), 0, 2)
    witness.rows(own, 0, own.size)
    const b = new StencilBuilder(witness.nodes, texts)
    for (let node = 1; node < witness.nodes.count; node++) {
      b.row(node, witness.nodes.about[node] as Row, s => s.text('x')).text(', ')
    }
    expect(written(s => b.build().write(s, witness))).toBe('x, x, x, x, ')
    expect(tables).toBe(2)
  })
})

describe('a hole for a named value', () => {
  const any = fc.oneof(
    fc.nat(3000),
    fc.boolean(),
    fc.integer(),
    fc.double(),
    fc.bigInt(),
    fc.string(),
    fc.constant(undefined),
  )
  const shown = field('t.shown', 'Shown', 'uint16')
  const write: EntryWriter = (s, { values }, entry) => s.text(`<${String(values[entry])}>`)

  it('keeps what is written of few values, and nothing else', () => {
    const texts = new RowTexts()
    fc.assert(
      fc.property(any, fc.constantFrom(2, 256), (value, size) => {
        const witness = new TreeWitness()
        witness.reset(new Uint8Array(1), new DataView(new ArrayBuffer(1)), 0, 1)
        witness.value(shown, 0, 1, value)
        // Whether a value is 0 or false its field says: a hole has values of one kind.
        const of = `${typeof value} ${size}`
        const stencil = new StencilBuilder(witness.nodes, texts).few(1, of, size, write).build()
        const expected = written(s => write(s, witness, 0))
        expect(written(s => stencil.write(s, witness))).toBe(expected)
        expect(written(s => stencil.write(s, witness))).toBe(expected)
      }),
    )
  })

  it('has no slots of its own where there are too many of its kind', () => {
    const texts = new RowTexts()
    const witness = new TreeWitness()
    witness.reset(new Uint8Array(1), new DataView(new ArrayBuffer(1)), 0, 1)
    witness.value(shown, 0, 1, 7)
    for (let i = 0; i < 3000; i++) {
      const stencil = new StencilBuilder(witness.nodes, texts).few(1, `field ${i}`, 256, write).build()
      expect(written(s => stencil.write(s, witness))).toBe('<7>')
    }
    expect(texts.slots.length).toBeLessThan(1_000_000)
  })

  it('is an address where it is a number and nobody has a name', () => {
    const witness = new TreeWitness()
    witness.reset(new Uint8Array(1), new DataView(new ArrayBuffer(1)), 0, 1)
    witness.value(field('t.address', 'Address', 'ipv4'), 0, 4, ipv4Of('10.0.0.7'))
    const stencil = new StencilBuilder(witness.nodes, new RowTexts()).address(1, write).build()
    expect(written(s => stencil.write(s, witness))).toBe('10.0.0.7')
    hostNames.add(ipv4Of('10.0.0.7'), 'hub')
    expect(written(s => stencil.write(s, witness))).toBe(`<${ipv4Of('10.0.0.7')}>`)
    hostNames.clear()
  })
})

describe('texts of rows', () => {
  it('are kept, but not without bound', () => {
    const texts = new RowTexts()
    const own = layout<{ readonly octet: number }>('t', 'T', { octet: u8('t.octet', 'Octet') })
    const table = texts.tableOf(own.rows[0]!, 256)
    expect(texts.tableOf(own.rows[0]!, 256)).toBe(table)
    texts.keep(table, new Uint8Array(1024))
    expect(texts.slots[table]).toBe(0)
    for (let i = 0; i < 3000; i++) texts.keep(table + (i % 256), new Uint8Array(1000).fill(0x61))
    expect(texts.words.length).toBeLessThan(300_000)
    expect(texts.slots.filter(slot => slot !== 0).length).toBeGreaterThan(0)
  })
})
