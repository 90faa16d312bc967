/** Captures of the simulator and of real routers against reference routers: whoever did right is said to have. */
import { readCaptureFile } from '@dmvpn/capture'
import { describe, expect, test } from 'vitest'
import { compareWithCore, configuredStations, departuresOf, judgedShare } from './compare-with-core.ts'
import { recordAt } from './judge-capture.ts'
import { sceneOf } from './scenes.ts'

/** What the least share is that is judged: with the routers' configurations, and with inferred ones. */
const shares: Readonly<Record<string, readonly [given: number, inferred: number]>> = {
  'hub-restart': [1, 1],
  'nhs-chain': [1, 1],
  'phase-1-eigrp': [1, 1],
  'phase-1-ospf': [1, 1],
  'phase-2-eigrp': [1, 1],
  'phase-2-ipsec': [1, 0.9],
  'phase-2-next-hop-self': [1, 1],
  'phase-2-ospf-broadcast': [0.85, 1],
  'phase-2-process': [1, 0.95],
  'phase-3': [1, 1],
  purge: [0.95, 0.9],
  'spoke-behind-nat': [1, 1],
  'unique-conflict': [1, 1],
  // A hub that goes away: what it is asked meanwhile nobody judges.
  'hub-failover': [0.75, 0.9],
  'two-hubs': [0.8, 0.85],
  'two-hubs-one-cloud': [0.75, 0.8],
  'two-clouds': [0.75, 0.85],
}

describe.each(Object.entries(shares))('%s', (name, [given, inferred]) => {
  test('with the routers’ own configurations', async () => {
    const { frames, keyText } = await sceneOf(name)
    const stations = configuredStations(name)
    const compared = compareWithCore(() => frames.map(recordAt), { keyText, stations, fromStart: true })
    expect(departuresOf(compared)).toEqual([])
    expect(judgedShare(compared)).toBeGreaterThanOrEqual(given)
  })

  test('with what the capture shows of them', async () => {
    const { frames, keyText } = await sceneOf(name)
    const compared = compareWithCore(() => frames.map(recordAt), { keyText })
    expect(departuresOf(compared)).toEqual([])
    expect(judgedShare(compared)).toBeGreaterThanOrEqual(inferred)
  })
})

test('what was lost on the way is said not to have been answered', async () => {
  const { frames } = await sceneOf('lossy')
  const compared = compareWithCore(() => frames.map(recordAt))
  expect(departuresOf(compared).filter(each => !/Registration Reply \d+ to \S+ missing$/.test(each))).toEqual([])
  expect(departuresOf(compared).length).toBeGreaterThan(0)
})

const sample = (name: string) => () => readCaptureFile(new URL(`../../samples/captures/${name}`, import.meta.url))

describe('real routers', () => {
  test.each([
    ['01-reg-auth-frr10.hub-link.pcap', 40, 0],
    ['02a-phase3-auth-frr10.hub-link.pcap', 99, 0],
    ['02a-phase3-auth-frr10.multi-if.pcapng', 117, 0],
    ['02a-phase3-auth-frr10.s1-link.pcap', 41, 16],
    ['02a-phase3-auth-frr10.s2-link.pcap', 36, 12],
    ['05c-ipv6-over-gre-frr10.hub-link.pcap', 205, 6],
    ['06-nat-frr10.hub-link.pcap', 47, 1],
    ['08-gre-variants.vlan100.s1-link.pcap', 34, 15],
  ])('%s: nothing differs', (name, agree, unjudged) => {
    const compared = compareWithCore(sample(name))
    expect(departuresOf(compared)).toEqual([])
    const counts = Object.values(compared.counts)
    expect(counts.reduce((sum, each) => sum + each.agrees, 0)).toBe(agree)
    expect(counts.reduce((sum, each) => sum + each['cannot-judge'], 0)).toBe(unjudged)
  })

  test('03: an operator has the hub forget its clients, which no packet tells', () => {
    const careful = compareWithCore(sample('03-purge-opennhrp.hub-link.pcap'))
    expect(departuresOf(careful)).toEqual([])
    expect(careful.verdicts.filter(({ verdict }) => verdict === 'agrees')).toHaveLength(87)
    const strict = compareWithCore(sample('03-purge-opennhrp.hub-link.pcap'), { fromStart: true })
    expect(departuresOf(strict).toSorted()).toEqual([
      '94 150.1.1.1: Resolution Request 11 to 150.1.2.2 missing',
      '95 150.1.1.1: Error Indication for 10.0.0.3 to 150.1.3.3 unexpected',
      '96 150.1.1.1: Resolution Request 9 to 150.1.2.2 missing',
      '97 150.1.1.1: Error Indication for 10.0.0.4 to 150.1.4.4 unexpected',
    ])
  })

  test('04a: errors about errors are unexpected', () => {
    const file = sample('04a-auth-errors-frr10.hub-link.trimmed.pcap')
    expect(departuresOf(compareWithCore(file))).toEqual([])
    const { verdicts } = compareWithCore(file, { fromStart: true })
    const storm = verdicts.filter(({ because }) => because === 'an Error Indication is never answered with another')
    expect(storm.length).toBeGreaterThan(100)
    expect(new Set(storm.map(({ verdict }) => verdict))).toEqual(new Set(['unexpected']))
  })

  test('05a: the packets of OSPF are left alone', () => {
    const compared = compareWithCore(sample('05a-nokey-ospf-frr10.hub-link.pcap'))
    expect(departuresOf(compared)).toEqual([])
    expect(judgedShare(compared)).toBe(1)
  })

  test('what was read from a capture is named', () => {
    const { inferred } = compareWithCore(sample('01-reg-auth-frr10.hub-link.pcap'))
    expect(inferred.filter(([station]) => station === '150.1.3.3').map(([, because]) => because)).toEqual([
      'frr: registration request with hop count 1 in frame 3',
      'GRE key 123: frame 3',
      'tunnel address 10.0.0.3: frame 3',
      'server 10.0.0.1 at 150.1.1.1: frame 3',
      'holding time 15: frame 3',
      'authentication: frame 3',
      'MTU in entries 1360: frame 3',
      'no unique registrations: frame 3',
    ])
  })
})
