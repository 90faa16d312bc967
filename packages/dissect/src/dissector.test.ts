import { data, dmvpn, encodeLayers, esp, ethernet, icmp, ipv4, layer, nhrp } from '@dmvpn/protocols'
import { checksumWithout, Sink } from '@dmvpn/wire'
import { describe, expect, it, vi } from 'vitest'
import { type Dissection, dissect } from './dissect.ts'
import { Dissector } from './dissector.ts'
import { FirstPass } from './first-pass.ts'
import { type FrameRecord, recordOf } from './frame-record.ts'
import { EkExport } from './render/ek.ts'
import { writeHex } from './render/hex.ts'
import { JsonExport } from './render/json.ts'
import { PdmlExport } from './render/pdml.ts'
import { TreeTextExport } from './render/tree-text.ts'
import { Session } from './session/session.ts'
import { freeInTrees } from './shapes/free-in-trees.ts'
import { KnownWalk } from './shapes/known-walk.ts'
import { Shapes } from './shapes/shapes.ts'
import { steeringOf } from './shapes/steering.ts'
import { plainFrames, variedFrames } from './shapes/varied-frames.test.data.ts'

/** The sample frames, and for each that has a shape eight others of it, with other values where those are free. */
function framesOfShapes(): readonly FrameRecord[] {
  const frames: FrameRecord[] = []
  const shapes = new Shapes(dmvpn, [], undefined, freeInTrees)
  let seed = 7
  for (const sample of plainFrames()) {
    const { buffer, start, end, linkType, seconds, nanoseconds } = sample
    const record = recordOf(buffer.slice(start, end), linkType, { seconds, nanoseconds })
    frames.push(record)
    shapes.learn(record, dmvpn.decode(record.buffer, linkType))
    const shape = shapes.find(record)
    if (shape === undefined) continue
    const steering = steeringOf(shape)
    for (let i = 0; i < 8; i++) {
      const bytes = record.buffer.slice()
      for (let octet = 0; octet < bytes.length; octet++) {
        seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + octet
        // Some frames differ in one place, others everywhere.
        if ((seed & 7) < i) bytes[octet]! ^= (seed >>> 8) & ~steering[octet]! & 0xff
      }
      frames.push(recordOf(withChecksums(bytes, linkType), linkType, { seconds, nanoseconds: nanoseconds + i }))
    }
  }
  return frames
}

/** The same with right checksums, where the walk judges them; but not always. */
function withChecksums(bytes: Uint8Array, linkType: number): Uint8Array {
  const view = new DataView(bytes.buffer)
  for (const { protocol, at, end } of dmvpn.decode(bytes, linkType).layers) {
    if ((protocol !== nhrp && protocol !== icmp) || bytes[at + 3] === 0x55) continue
    const field = at + (protocol === nhrp ? 12 : 2)
    view.setUint16(field, checksumWithout(view, at, end, field))
  }
  return bytes
}

const frames = framesOfShapes()

/** Packets of one security association and one shape. */
const sealed: readonly FrameRecord[] = Array.from({ length: 40 }, (_, i) => {
  const layers = [layer(ethernet), layer(ipv4, { identification: i }), layer(esp, { spi: 0x1000, sequence: i + 1 })]
  return recordOf(encodeLayers([...layers, layer(data, { bytes: new Uint8Array(48).fill(i) })]), 1)
})

type Write = (s: Sink, dissection: Dissection, session: Session) => void

/** Every way to write a tree, each with an exporter of its own. */
const forms: Readonly<Record<string, () => Write>> = {
  text: () => {
    const text = new TreeTextExport()
    return (s, each) => text.frame(s, each)
  },
  'text in colour': () => {
    const text = new TreeTextExport({ secrets: true, color: true, only: new Set(['nhrp', 'eth', 'icmp']) })
    return (s, each) => text.frame(s, each)
  },
  json: () => {
    const json = new JsonExport()
    return (s, each) => json.frame(s, each)
  },
  'json with octets': () => {
    const json = new JsonExport({ octets: 'both', lines: true })
    return (s, each) => json.frame(s, each)
  },
  jsonraw: () => {
    const json = new JsonExport({ octets: 'only' })
    return (s, each) => json.frame(s, each)
  },
  ek: () => {
    const ek = new EkExport(dmvpn, { octets: true })
    return (s, each) => ek.frame(s, each)
  },
  pdml: () => {
    const pdml = new PdmlExport({ secrets: false, creator: 'test' })
    return (s, each, session) => pdml.frame(s, each, session.number)
  },
  hex: () => (s, each) => writeHex(s, each, { mark: 'ip.src', color: false }),
}

/** What is followed from frame to frame. */
const sessions: Readonly<Record<string, (records: readonly FrameRecord[]) => Session>> = {
  'one pass': () => new Session(),
  'two passes': records => {
    const first = new FirstPass(dmvpn, new Session({ keeps: true }))
    for (const record of records) first.take(record)
    return new Session({ known: first.foresight })
  },
  'nothing followed': () => {
    const session = new Session()
    session.only([])
    return session
  },
}

/** Where the two ways of dissecting come to other texts, and how many frames were not walked. */
function compare(records: readonly FrameRecord[], form: string, kind: string): [wrong: unknown, known: number] {
  const [walked, shown] = [sessions[kind]!(records), sessions[kind]!(records)]
  const [write, writeShown] = [forms[form]!(), forms[form]!()]
  const dissector = new Dissector(dmvpn)
  let known = 0
  for (const [i, record] of records.entries()) {
    const [expected, text] = [new Sink(), new Sink()]
    write(expected, dissect(dmvpn, record, { session: walked }), walked)
    writeShown(text, dissector.dissect(record, shown), shown)
    if (dissector.witness.known !== undefined) known++
    if (text.toString() !== expected.toString()) return [[i, text.toString(), expected.toString()], known]
    walked.displayed()
    shown.displayed()
  }
  return [undefined, known]
}

describe('a frame of a known shape is shown as if it were walked', () => {
  it.each(Object.keys(forms))('as %s', form => {
    const [wrong, known] = compare(frames, form, 'two passes')
    expect(wrong).toBeUndefined()
    expect(known).toBeGreaterThan(frames.length * 0.4)
  })

  it.each(Object.keys(sessions))('%s', kind => {
    for (const form of ['text', 'json']) {
      const [wrong, known] = compare(frames, form, kind)
      expect(wrong).toBeUndefined()
      expect(known).toBeGreaterThan(frames.length * 0.4)
    }
  })

  it('whatever bit of its headers is another', () => {
    const varied = variedFrames()
    const [wrong, known] = compare(varied, 'text', 'one pass')
    expect(wrong).toBeUndefined()
    expect(known).toBeGreaterThan(varied.length * 0.05)
  })
})

describe('frames are walked', () => {
  it('where checksums are verified', () => {
    const dissector = new Dissector(dmvpn, { verify: true })
    const session = new Session()
    for (const record of frames.slice(0, 200)) {
      dissector.dissect(record, session)
      expect(dissector.witness.known).toBeUndefined()
    }
  })

  it('where a session opens what they carry, and nothing is counted twice', () => {
    const opened = (): Session => {
      const session = new Session()
      session.openers.push({
        follow: (c, layer) =>
          layer.protocol.name === 'esp' && session.number % 3 === 0
            ? { title: 'Opened', bytes: c.bytes.slice(c.at, c.end), table: 'none', key: 0 }
            : undefined,
      })
      return session
    }
    const [walked, shown] = [opened(), opened()]
    const dissector = new Dissector(dmvpn)
    const [write, writeShown] = [forms['text']!(), forms['text']!()]
    for (const record of [...sealed, ...frames]) {
      const [expected, text] = [new Sink(), new Sink()]
      write(expected, dissect(dmvpn, record, { session: walked }), walked)
      writeShown(text, dissector.dissect(record, shown), shown)
      expect(text.toString()).toBe(expected.toString())
    }
  })

  it('for good where their walks cannot be shown again: that is tried once for each shape', () => {
    const learn = vi.spyOn(KnownWalk, 'of')
    const session = new Session()
    session.openers.push({
      follow: (c, layer) =>
        layer.protocol.name === 'esp' && session.number > 12
          ? { title: 'Opened', bytes: c.bytes.slice(c.at, c.end), table: 'none', key: 0 }
          : undefined,
    })
    const dissector = new Dissector(dmvpn)
    for (const record of [...sealed, ...frames, ...frames]) dissector.dissect(record, session)
    const tried = learn.mock.calls.map(([, { id }]) => id)
    learn.mockRestore()
    expect(tried.length).toBeGreaterThan(5)
    expect(tried).toEqual([...new Set(tried)])
  })
})
