import { readdirSync } from 'node:fs'
import {
  defaultMessage,
  dmvpn,
  emptyCie,
  esp,
  ethernet,
  gre,
  icmp,
  ipv4,
  type LayerToEncode,
  layer,
  type NhrpExchange,
  nhrp,
} from '@dmvpn/protocols'
import { ipv4Of, Sink } from '@dmvpn/wire'
import { describe, expect, it, vi } from 'vitest'
import { FieldsExport } from './fields-export.ts'
import { FirstPass } from './first-pass.ts'
import { type FrameRecord, recordOf } from './frame-record.ts'
import { sampleRecords } from './sample-frames.test.data.ts'
import { relations as learnt } from './session/exchange-foresight.ts'
import type { Foresight } from './session/foresight.ts'
import { Session } from './session/session.ts'
import { variedFrames } from './shapes/varied-frames.test.data.ts'
import { decodeRecord } from './summary.ts'

const folder = new URL('../../../samples/captures/', import.meta.url)
const samples = readdirSync(folder).filter(name => name.endsWith('.pcap'))

/** Whether only NHRP is followed, or everything is. */
const followed = ['NHRP', 'everything'] as const

function keeping(what: (typeof followed)[number]): Session {
  const session = new Session({ keeps: true })
  if (what === 'NHRP') session.only(['nhrp.response_in'])
  return session
}

/** All that is known of the first packets of every kind. */
function contents({ exchanges, echoes, echoes6, datagrams, events }: Foresight, count: number): string {
  const lines = Array.from({ length: count }, (_, i) => [
    ...learnt.map((_, relation) => exchanges.frameOf(i, relation)),
    exchanges.timeOf(i),
    exchanges.duplicateOf(i)?.ordinal,
    ...[echoes, echoes6, datagrams, events].map(ledger => ledger.at(i)),
  ])
  return lines.join('\n')
}

function walked(records: Iterable<FrameRecord>, session: Session): Foresight {
  for (const record of records) decodeRecord(dmvpn, record, session)
  return session.foresight!
}

/** What a first pass learns, and how many frames it walked. */
function passed(records: Iterable<FrameRecord>, session: Session): [foresight: Foresight, walks: number] {
  const walk = vi.spyOn(dmvpn, 'decodeIn')
  const pass = new FirstPass(dmvpn, session)
  for (const record of records) pass.take(record)
  const walks = walk.mock.calls.filter(([, , , , , options]) => options?.session !== undefined).length
  walk.mockRestore()
  return [pass.foresight!, walks]
}

const hub = ipv4Of('150.1.1.1')
const addressOf = (station: number): number => ipv4Of('150.1.2.0') + station

/** Registrations, resolutions and purges of some stations, many sent again, some forwarded, some out of order. */
function traffic(count: number): readonly FrameRecord[] {
  let seed = 7
  const chance = (below: number): number => {
    seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x3c6ef372
    return (seed >>> 8) % below
  }
  return Array.from({ length: count }, (_, i) => {
    const seconds = Math.floor(i / 4) + (chance(20) === 0 ? chance(3) : 0)
    const facts = { seconds, nanoseconds: 1_000_000 * chance(1000), interface: chance(2) }
    return recordOf(dmvpn.encode([layer(ethernet, { type: 0x0800 }), ...packet(chance)]), 1, facts)
  })
}

function packet(chance: (below: number) => number): readonly LayerToEncode[] {
  const station = addressOf(chance(4))
  const type = 1 + chance(6)
  const isReply = type % 2 === 0
  const around = layer(ipv4, {
    source: isReply ? hub : station,
    destination: isReply ? station : hub,
    identification: chance(3),
    ttl: 60 + chance(4),
  })
  if (chance(10) === 0) return [around, layer(esp, { spi: 7, sequence: chance(9) })]
  if (chance(8) === 0) return [around, layer(icmp, { type: isReply ? 0 : 8, identifier: 1, sequence: chance(4) })]
  const message = {
    ...defaultMessage,
    type,
    hopCount: 253 + chance(3),
    flags: 0x8000 * chance(2),
    requestId: chance(5),
    sourceNbma: station,
    sourceProtocol: ipv4Of('10.0.0.2') + chance(2),
    destinationProtocol: ipv4Of('10.0.0.1'),
    entries: [{ ...emptyCie, code: chance(2) }],
  } as NhrpExchange
  const kinds = ['resolution-request', 'resolution-reply', 'registration-request', 'registration-reply'] as const
  const kind = kinds[type - 1] ?? (type === 5 ? 'purge-request' : 'purge-reply')
  return [around, layer(gre, { key: 1 }), layer(nhrp, { ...message, kind })]
}

describe.each(followed)('a first pass that follows %s', what => {
  it.each(samples)('learns of %s what it would by walking', name => {
    const records = [...sampleRecords(`captures/${name}`)]
    const [foresight] = passed(records, keeping(what))
    expect(contents(foresight, records.length)).toBe(contents(walked(records, keeping(what)), records.length))
  })

  it('learns it whatever single bit is another', () => {
    const records = variedFrames()
    const [foresight, walks] = passed(records, keeping(what))
    expect(contents(foresight, records.length)).toBe(contents(walked(records, keeping(what)), records.length))
    expect(walks).toBeLessThan((what === 'NHRP' ? 0.7 : 0.9) * records.length)
  })

  it('learns it of busy stations', () => {
    const records = traffic(3000)
    const [foresight, walks] = passed(records, keeping(what))
    expect(contents(foresight, records.length)).toBe(contents(walked(records, keeping(what)), records.length))
    expect(walks).toBeLessThan((what === 'NHRP' ? 0.1 : 0.3) * records.length)
  })
})

it('walks what an opener may open', () => {
  const records = traffic(500)
  const session = keeping('NHRP')
  const asked: number[] = []
  session.openers.push({
    follow: (_c, { protocol }) => {
      if (protocol === esp) asked.push(session.number)
      return undefined
    },
  })
  passed(records, session)
  const expected = records.flatMap(({ buffer, start }, i) => (buffer[start + 23] === 50 ? [i + 1] : []))
  expect(expected.length).toBeGreaterThan(20)
  expect(asked).toEqual(expected)
})

const relations = [
  'response_in',
  'response_to',
  'retransmission',
  'forwarded_from',
  'forwarded_as',
  'indication_in',
  'resolution_in',
  'error_to',
  'error_in',
  'duplicate_of',
].map(relation => `nhrp.${relation}`)

/** For every frame, what it is to others; every `twice`th is walked twice. */
function shown(records: readonly FrameRecord[], session: Session, twice = 0): readonly (readonly string[])[] {
  const fields = new FieldsExport(dmvpn, relations)
  return records.map((record, i) => {
    const s = new Sink()
    fields.write(s, record, session)
    if (twice === 0 || i % twice > 0) return s.toString().trimEnd().split('\t')
    session.again()
    s.clear()
    fields.write(s, record, session)
    return s.toString().trimEnd().split('\t')
  })
}

describe('a second pass', () => {
  const everything = [...samples.flatMap(name => [[...sampleRecords(`captures/${name}`)]]), traffic(1500)]

  it('says of earlier frames what a single pass says, and more of later ones alone', () => {
    let more = 0
    for (const records of everything) {
      const known = walked(records, keeping('NHRP'))
      const single = shown(records, new Session())
      for (const [i, later] of shown(records, new Session({ known })).entries()) {
        for (const [field, frame] of later.entries()) {
          if (frame === (single[i]![field] ?? '')) continue
          expect(single[i]![field] ?? '').toBe('')
          expect(Number(frame)).toBeGreaterThan(i + 1)
          more++
        }
      }
    }
    expect(more).toBeGreaterThan(1000)
  })

  it('says the same of a frame that is walked twice, and of what comes after it', () => {
    for (const records of everything) {
      const known = walked(records, keeping('NHRP'))
      expect(shown(records, new Session({ known }), 3)).toEqual(shown(records, new Session({ known })))
    }
  })

  it('relates packets also for a statistic that asks, and shows the same', () => {
    const records = traffic(1500)
    const known = walked(records, keeping('NHRP'))
    const [asked, single] = [new Session({ known }), new Session()]
    const settled: number[][] = [[], []]
    for (const [i, { nhrp: exchanges }] of [asked, single].entries()) {
      exchanges!.settled = ({ sightings }) => settled[i]!.push(...sightings.map(({ ordinal }) => ordinal))
    }
    expect(shown(records, asked)).toEqual(shown(records, new Session({ known })))
    shown(records, single)
    asked.nhrp!.finish()
    single.nhrp!.finish()
    expect(settled[0]).toEqual(settled[1])
    expect(settled[0]!.length).toBeGreaterThan(900)
  })
})
