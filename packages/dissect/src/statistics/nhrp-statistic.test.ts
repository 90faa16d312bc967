import {
  defaultMessage,
  dmvpn,
  emptyCie,
  gre,
  ipv4,
  ipv6,
  layer,
  type Nhrp,
  type NhrpExchange,
  nhrp,
} from '@dmvpn/protocols'
import { type Ipv4, ipv4Of, ipv6Of, Sink } from '@dmvpn/wire'
import { expect, it } from 'vitest'
import { recordOf } from '../frame-record.ts'
import { Session } from '../session/session.ts'
import { Counter } from './counter.ts'
import { type NhrpReport, NhrpStatistic } from './nhrp-statistic.ts'

const hub = ipv4Of('150.1.1.1')
const spoke = ipv4Of('150.1.2.2')
const raw = 101

type Sent = readonly [seconds: number, bytes: Uint8Array]

function message(kind: NhrpExchange['kind'], type: number, requestId: number, more: Partial<NhrpExchange> = {}): Nhrp {
  return {
    ...defaultMessage,
    kind,
    type,
    requestId,
    sourceNbma: spoke,
    sourceProtocol: ipv4Of('10.0.0.2'),
    destinationProtocol: ipv4Of('10.0.0.1'),
    entries: [emptyCie],
    ...more,
  }
}

const register = (id: number): Nhrp => message('registration-request', 3, id)
const accept = (id: number, code = 0): Nhrp =>
  message('registration-reply', 4, id, { entries: [emptyCie, { ...emptyCie, code }] })

/** A message in a tunnel; its identification is new, as a station's is. */
let identification = 1
function from(source: Ipv4, destination: Ipv4, packet: Nhrp, key: number | 'none' = 1): Uint8Array {
  return dmvpn.encode([
    layer(ipv4, { source, destination, identification: identification++ }),
    layer(gre, { key: key === 'none' ? undefined : key }),
    layer(nhrp, packet as NhrpExchange),
  ])
}

function counted(...captures: readonly (readonly Sent[])[]): NhrpStatistic {
  const statistic = new NhrpStatistic()
  const counter = new Counter(dmvpn, [statistic])
  captures.forEach((frames, i) => {
    const session = new Session()
    session.only(counter.fields)
    counter.begin(session, `${i + 1}.pcap`)
    for (const [time, bytes] of frames) {
      const seconds = Math.floor(time)
      const nanoseconds = Math.round((time - seconds) * 1e9)
      counter.take(recordOf(bytes, raw, { seconds, nanoseconds }), session)
    }
    counter.end(session)
  })
  return statistic
}

function report(...frames: readonly Sent[]): NhrpReport {
  return counted(frames).report()
}

it('measures from the first transmission to the reply', () => {
  const { transactions, latency } = report(
    [0, from(spoke, hub, register(1))],
    [1, from(spoke, hub, register(1))],
    [1.25, from(hub, spoke, accept(1))],
    [5, from(spoke, hub, register(2))],
    [5.001, from(hub, spoke, accept(2))],
  )
  expect(transactions.map(({ tries, latency: time, outcome }) => [tries, time, outcome])).toEqual([
    [2, 1.25, 'answered'],
    [1, 0.001, 'answered'],
  ])
  expect(latency).toEqual({ least: 0.001, median: 0.001, greatest: 1.25 })
})

it('says in words what was refused, by the first client that is no success', () => {
  const statistic = counted([
    [0, from(spoke, hub, register(1))],
    [0.5, from(hub, spoke, accept(1, 4))],
    [1, from(spoke, hub, register(2))],
    [1.5, from(hub, spoke, accept(2, 77))],
  ])
  const { transactions, clouds, latency } = statistic.report()
  expect(transactions.map(({ outcome, code }) => [outcome, code])).toEqual([
    ['refused', 'Administratively Prohibited'],
    ['refused', 'code 77'],
  ])
  expect(latency).toBeUndefined()
  expect(clouds[0]!.counts.map(({ code, count }) => [code, count])).toEqual([
    [undefined, 2],
    ['Administratively Prohibited', 1],
    ['code 77', 1],
  ])
  const s = new Sink()
  statistic.write(s)
  expect(s.toString()).toContain('500.000 ms  refused: Administratively Prohibited in frame 2\n')
})

it('lists what nobody answered, but not what no answer was wanted to', () => {
  const quiet = message('purge-request', 5, 3, { flags: 0x8000 })
  const { transactions } = report(
    [0, from(spoke, hub, register(1))],
    [1, from(spoke, hub, quiet)],
    [2, from(spoke, hub, message('purge-request', 5, 4))],
  )
  expect(transactions.map(({ request, outcome }) => [request, outcome])).toEqual([
    ['registration', 'unanswered'],
    ['purge', 'no reply wanted'],
    ['purge', 'unanswered'],
  ])
})

it('begins anew where an answered request is sent again', () => {
  const { transactions } = report(
    [0, from(spoke, hub, register(1))],
    [0.1, from(hub, spoke, accept(1))],
    [9, from(spoke, hub, register(1))],
    [10, from(spoke, hub, register(1))],
  )
  expect(transactions.map(({ frame, tries, outcome }) => [frame, tries, outcome])).toEqual([
    [1, 1, 'answered'],
    [3, 2, 'unanswered'],
  ])
})

it('counts replies whose request is not there', () => {
  expect(report([0, from(hub, spoke, accept(1))])).toMatchObject({ transactions: [], unasked: 1, messages: 1 })
})

it('tells two clouds of the same ends by their key, and no key from key 0', () => {
  const { clouds } = report(
    [0, from(spoke, hub, register(1), 1)],
    [1, from(hub, spoke, accept(1), 1)],
    [2, from(spoke, hub, register(2), 0)],
    [3, from(spoke, hub, register(3), 'none')],
  )
  expect(clouds.map(({ between, key, messages }) => [between.join(), key, messages])).toEqual([
    ['150.1.1.1,150.1.2.2', 1, 2],
    ['150.1.1.1,150.1.2.2', 0, 1],
    ['150.1.1.1,150.1.2.2', undefined, 1],
  ])
})

it('knows clouds over IPv6', () => {
  const bytes = dmvpn.encode([
    layer(ipv6, { source: ipv6Of('2001:db8::2'), destination: ipv6Of('2001:db8::1') }),
    layer(gre, { key: 7 }),
    layer(nhrp, register(1) as NhrpExchange),
  ])
  expect(report([0, bytes]).clouds[0]).toMatchObject({ between: ['2001:db8::1', '2001:db8::2'], key: 7 })
})

it('keeps captures apart', () => {
  const once: readonly Sent[] = [[0, from(spoke, hub, register(1))]]
  const answer: readonly Sent[] = [[0.1, from(hub, spoke, accept(1))]]
  const { transactions, unasked } = counted(once, answer).report()
  expect(transactions.map(({ file, outcome }) => [file, outcome])).toEqual([['1.pcap', 'unanswered']])
  expect(unasked).toBe(1)
})
