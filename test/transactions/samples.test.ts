/** NHRP transactions in the sample captures: what belongs together, told from the captures' own description. */
import { fileURLToPath } from 'node:url'
import { readCaptureFile } from '@dmvpn/capture'
import { decodeRecord, FieldsExport, type Foresight, Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'

const captures = fileURLToPath(new URL('../../samples/captures/', import.meta.url))

const relations = [
  'response_in',
  'response_to',
  'retransmission',
  'unanswered',
  'forwarded_from',
  'forwarded_as',
  'indication_in',
  'resolution_in',
  'error_to',
  'error_in',
  'duplicate_of',
] as const

type Related = Partial<Record<(typeof relations)[number] | 'time', number>>

function foresightOf(file: string): Foresight | undefined {
  const first = new Session({ keeps: true })
  for (const record of readCaptureFile(file)) decodeRecord(dmvpn, record, first)
  return first.foresight
}

/** What each frame's NHRP packet is to others, by frame number. */
function read(name: string, passes: 1 | 2 = 2): Map<number, Related> {
  const file = captures + name
  const names = ['frame.number', 'nhrp.time', ...relations.map(relation => `nhrp.${relation}`)]
  const fields = new FieldsExport(dmvpn, names)
  const session = new Session({ known: passes === 2 ? foresightOf(file) : undefined })
  const sink = new Sink()
  for (const record of readCaptureFile(file)) fields.write(sink, record, session)
  const frames = new Map<number, Related>()
  for (const line of sink.toString().trimEnd().split('\n')) {
    const [number = '', time = '', ...cells] = line.split('\t')
    const related: Related = time === '' ? {} : { time: Number(time) }
    for (const [i, cell] of cells.entries()) if (cell !== '') related[relations[i]!] = Number(cell)
    frames.set(Number(number), related)
  }
  return frames
}

describe('02a: two spokes resolve each other at once, with one request id', () => {
  const frames = read('02a-phase3-auth-frr10.hub-link.pcap')

  test('the indications lead to one resolution each', () => {
    expect(frames.get(29)).toEqual({ resolution_in: 31 })
    expect(frames.get(30)).toEqual({ resolution_in: 32 })
  })

  test('the hub’s copies and both replies are told apart', () => {
    expect(frames.get(31)).toEqual({ indication_in: 29, forwarded_as: 33, response_in: 37 })
    expect(frames.get(33)).toEqual({ forwarded_from: 31, response_in: 35 })
    expect(frames.get(35)).toEqual({ response_to: 33, forwarded_as: 37, time: 0.005304 })
    expect(frames.get(37)).toEqual({ response_to: 31, forwarded_from: 35, time: 0.009263 })
    expect(frames.get(32)).toEqual({ indication_in: 30, forwarded_as: 34, response_in: 38 })
    expect(frames.get(34)).toEqual({ forwarded_from: 32, response_in: 36 })
    expect(frames.get(36)).toEqual({ response_to: 34, forwarded_as: 38, time: 0.004212 })
    expect(frames.get(38)).toEqual({ response_to: 32, forwarded_from: 36, time: 0.007939 })
  })

  test('no request is left without a reply', () => {
    expect([...frames.values()].filter(each => each.unanswered === 1)).toEqual([])
  })

  test('in one pass only what was seen before is there', () => {
    const once = read('02a-phase3-auth-frr10.hub-link.pcap', 1)
    expect(once.get(29)).toEqual({})
    expect(once.get(31)).toEqual({ indication_in: 29 })
    expect(once.get(33)).toEqual({ forwarded_from: 31 })
    expect(once.get(37)).toEqual({ response_to: 31, forwarded_from: 35, time: 0.009263 })
  })
})

describe('02a on four interfaces at once, not in time order', () => {
  const frames = read('02a-phase3-auth-frr10.multi-if.pcapng')

  test('a packet seen again is the same packet', () => {
    expect(frames.get(75)).toEqual({ ...frames.get(64), duplicate_of: 64 })
    expect(frames.get(78)).toEqual({ ...frames.get(66), duplicate_of: 66 })
    expect(frames.get(82)).toEqual({ ...frames.get(72), duplicate_of: 72 })
  })

  test('what an interface saw later in the file but earlier in time is found', () => {
    expect(frames.get(65)).toEqual({ forwarded_from: 74, response_in: 66 })
    expect(frames.get(66)).toMatchObject({ response_to: 65, forwarded_as: 80 })
    expect(frames.get(74)).toEqual({ forwarded_as: 65, indication_in: 72, response_in: 80 })
  })

  test('without the copies it is the hub’s capture, which ends one registration earlier', () => {
    const count = (relation: keyof Related, of: Map<number, Related>): number =>
      [...of.values()].filter(each => each[relation] !== undefined && each.duplicate_of === undefined).length
    const hub = read('02a-phase3-auth-frr10.hub-link.pcap')
    for (const relation of ['forwarded_from', 'forwarded_as', 'indication_in', 'retransmission'] as const) {
      expect([relation, count(relation, frames)]).toEqual([relation, count(relation, hub)])
    }
    for (const relation of ['response_in', 'response_to'] as const) {
      expect([relation, count(relation, frames)]).toEqual([relation, count(relation, hub) + 1])
    }
  })
})

test('06: a request sent again, behind a NAT', () => {
  const frames = read('06-nat-frr10.hub-link.pcap')
  expect(frames.get(3)).toEqual({ response_in: 5 })
  expect(frames.get(4)).toEqual({ response_in: 5, retransmission: 3 })
  expect(frames.get(5)).toEqual({ response_to: 3, time: 1.013372 })
  expect(frames.get(31)).toEqual({ response_to: 25, forwarded_from: 29, time: 0.058852 })
})

test('03: purges, each with its reply', () => {
  const frames = read('03-purge-opennhrp.hub-link.pcap')
  expect(frames.get(5)).toEqual({ response_in: 6 })
  expect(frames.get(6)).toEqual({ response_to: 5, time: 0.000512 })
})

describe('04a: wrong passwords', () => {
  const frames = read('04a-auth-errors-frr10.hub-link.trimmed.pcap')

  test('an error and the request it quotes, however often that was sent', () => {
    expect(frames.get(10)).toEqual({ error_to: 9, time: 0.000549 })
    expect(frames.get(7)).toEqual({ error_in: 10 })
    expect(frames.get(9)).toEqual({ error_in: 10, retransmission: 7 })
  })

  test('the storm: every error quotes the one before', () => {
    for (let frame = 17; frame < 60; frame++) expect(frames.get(frame)).toMatchObject({ error_to: frame - 1 })
  })
})

test('05c: over IPv6 a resolution is asked again though it was answered, and then not answered', () => {
  const frames = read('05c-ipv6-over-gre-frr10.hub-link.pcap')
  expect(frames.get(83)).toEqual({ unanswered: 1, retransmission: 73, indication_in: 59, forwarded_as: 84 })
  expect(frames.get(84)).toMatchObject({ unanswered: 1, forwarded_from: 83 })
})

test('07a on the tunnel device, where no IP header is: hop counts and order tell', () => {
  const frames = read('07a-esp.plaintext-hub-gre1.pcap')
  expect(frames.get(25)).toEqual({ response_in: 31, forwarded_as: 26, indication_in: 23 })
  expect(frames.get(26)).toEqual({ response_in: 28, forwarded_from: 25 })
  expect(frames.get(28)).toMatchObject({ response_to: 26, forwarded_as: 31 })
  expect(frames.get(31)).toMatchObject({ response_to: 25, forwarded_from: 28 })
})
