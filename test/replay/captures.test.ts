/**
 * Every shipped capture, judged. What fails was looked at octet by octet, and is right; the table says why. What deviates
 * is what is known of FRR and OpenNHRP.
 */
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rules, type Verdict } from '@dmvpn/replay'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { judgeFile } from './judge-capture.ts'

const folder = fileURLToPath(new URL('../../samples/captures/', import.meta.url))

interface Failure {
  readonly rule: string
  readonly frame: number
  readonly station?: string
  readonly why: string
}

const early = 'frame 33 has the time 33.924718, frame 32 before it 33.925004: two queues of one card'

const rightFailures: Readonly<Record<string, readonly Failure[]>> = {
  '02a-phase3-auth-frr10.hub-link.pcap': [{ rule: 'N87', frame: 33, why: early }],
  '90-derived-snaplen80-of-02a-hub-link.pcapng': [{ rule: 'N87', frame: 33, why: early }],
  '02a-phase3-auth-frr10.multi-if.pcapng': [
    { rule: 'N87', frame: 7, why: 'four interfaces written one behind the other' },
  ],
  '05a-nokey-ospf-frr10.hub-link.pcap': [{ rule: 'N87', frame: 106, why: 'two queues of one card' }],
  '07a-esp.plaintext-hub-gre1.pcap': [{ rule: 'N87', frame: 27, why: 'two queues of one device' }],
  '03-purge-opennhrp.hub-link.pcap': [
    {
      rule: 'N64',
      frame: 68,
      station: '150.1.3.3',
      why: 'the operator had the cache of s2 purged (events.sh: onc s2 purge)',
    },
  ],
  '04a-auth-errors-frr10.hub-link.trimmed.pcap': [
    { rule: 'N68', frame: 3, station: '150.1.2.2', why: 's1 has the wrong password, on purpose' },
    { rule: 'N68', frame: 7, station: '150.1.3.3', why: 's2 has none, on purpose' },
    {
      rule: 'N68',
      frame: 238,
      station: '150.1.1.1',
      why: 'the hub now accepts any password, and echoes s1’s wrong one',
    },
    { rule: 'N68', frame: 242, station: '150.1.1.1', why: 'the same for s2, which has none' },
  ],
  '05c-ipv6-over-gre-frr10.hub-link.pcap': [
    { rule: 'N84', frame: 83, station: '150.1.2.2', why: 's1 sends request 9 again 1 s after the answer of frame 76' },
  ],
}

const found = (verdicts: readonly Verdict[], kind: Verdict['verdict']): readonly Verdict[] =>
  verdicts.filter(({ verdict }) => verdict === kind)

describe('every failure in a shipped capture is right', () => {
  test.each(captureFiles().map(file => [basename(file), file]))('%s', (name, file) => {
    const failed = found(judgeFile(file).verdicts, 'fail').map(
      ({ rule, frames, station }) => `${rule} ${frames[0]} ${station}`,
    )
    const right = (rightFailures[name] ?? []).map(({ rule, frame, station }) => `${rule} ${frame} ${station}`)
    expect(failed.sort()).toEqual(right.sort())
  })
})

/** Rules from which each system was seen to depart, in any of the captures. */
const departures = {
  frr: ['N07', 'N08', 'N31', 'N70', 'N86', 'N89', 'N90'],
  opennhrp: ['N08', 'N11', 'N20', 'N28', 'N31'],
}

test('the systems depart where they are known to, and nowhere else', () => {
  const seen = new Map<string, Set<string>>()
  for (const file of captureFiles()) {
    for (const each of found(judgeFile(file).verdicts, 'deviates')) {
      if (each.verdict !== 'deviates') continue
      expect(rules.find(({ id }) => id === each.rule)?.profiles, each.rule).toContain(each.profile)
      seen.set(each.profile, (seen.get(each.profile) ?? new Set()).add(each.rule))
    }
  }
  expect(Object.fromEntries([...seen].map(([profile, rules]) => [profile, [...rules].sort()]))).toEqual(departures)
})

test('by the letter of the standard every departure is a failure', () => {
  const file = `${folder}03-purge-opennhrp.hub-link.pcap`
  const known = found(judgeFile(file).verdicts, 'deviates').map(({ rule, frames }) => `${rule} ${frames[0]}`)
  const strict = found(judgeFile(file, { profile: 'rfc2332' }).verdicts, 'fail').map(
    ({ rule, frames }) => `${rule} ${frames[0]}`,
  )
  expect(known.length).toBeGreaterThan(20)
  expect(known.filter(each => !strict.includes(each))).toEqual([])
})

/** The facts that the captures' own notes list as odd, under the rule that finds them. */
const oddities: readonly (readonly [
  what: string,
  file: string,
  rule: string,
  verdict: Verdict['verdict'],
  frame: number,
  profile?: string,
])[] = [
  ['registrations whose entry has no addresses', '01-reg-auth-frr10.hub-link', 'N18', 'pass', 3],
  ['Cisco’s clear-text password', '01-reg-auth-frr10.hub-link', 'N15', 'pass', 3],
  ['extension 9 that need not be understood, with the server in it', '06-nat-frr10.hub-link', 'N13', 'pass', 6],
  ['the public address of a client behind NAT', '06-nat-frr10.hub-link', 'N72', 'pass', 5],
  ['a client that does not know its server', '01-reg-auth-frr10.hub-link', 'N88', 'pass', 6],
  ['hubs that record themselves, one hop less', '02a-phase3-auth-frr10.hub-link', 'N47', 'pass', 33],
  ['replies that come back by the hub', '02a-phase3-auth-frr10.hub-link', 'N45', 'pass', 37],
  ['prefix lengths of records', '01-reg-auth-frr10.hub-link', 'N31', 'deviates', 3, 'frr'],
  ['a holding time without S', '03-purge-opennhrp.hub-link', 'N20', 'deviates', 23, 'opennhrp'],
  ['a NAT flag that is lost', '02a-phase3-auth-frr10.hub-link', 'N90', 'deviates', 35, 'frr'],
  ['two requests of one number at once', '02a-phase3-auth-frr10.hub-link', 'N32', 'pass', 35],
  ['indications addressed to the source of what they quote', '02a-phase3-auth-frr10.hub-link', 'N30', 'pass', 29],
  ['an IPv4 address in a record of an IPv6 overlay', '05c-ipv6-over-gre-frr10.hub-link', 'N07', 'deviates', 6, 'frr'],
  ['errors with the flags of the request', '04a-auth-errors-frr10.hub-link.trimmed', 'N08', 'deviates', 14, 'frr'],
  ['errors that name the offender', '04a-auth-errors-frr10.hub-link.trimmed', 'N86', 'deviates', 14, 'frr'],
  ['errors that quote 40 octets', '04a-auth-errors-frr10.hub-link.trimmed', 'N89', 'deviates', 14, 'frr'],
  ['errors about errors, for ever', '04a-auth-errors-frr10.hub-link.trimmed', 'N70', 'deviates', 17, 'frr'],
  ['an error with extensions', '03-purge-opennhrp.hub-link', 'N28', 'deviates', 95, 'opennhrp'],
  ['16 octets behind the End of an error', '03-purge-opennhrp.hub-link', 'N11', 'deviates', 95, 'opennhrp'],
  ['the flags of the request in an error', '03-purge-opennhrp.hub-link', 'N08', 'deviates', 95, 'opennhrp'],
  ['a purge right after the first registration, answered', '03-purge-opennhrp.hub-link', 'N39', 'pass', 58],
  ['a request sent again under its number', '05c-ipv6-over-gre-frr10.hub-link', 'N42', 'pass', 83],
  ['an answered request sent again', '05c-ipv6-over-gre-frr10.hub-link', 'N84', 'fail', 83],
  ['a keepalive of one octet', '07b-esp.udp-cbc128-sha256.s1-link', 'N81', 'pass', 1],
  ['IKE behind four zero octets on port 4500', '09-ikev2-strongswan-frr10.hub-link', 'N81', 'pass', 7],
  ['frames out of order, and each as often as it was seen', '02a-phase3-auth-frr10.multi-if', 'N87', 'fail', 7],
]

describe('every known oddity is found under its rule', () => {
  test.each(oddities.map(each => [each[0], each[2], each] as const))('%s: %s', (_, rule, oddity) => {
    const [, file, , verdict, frame, profile] = oddity
    const path = captureFiles().find(each => basename(each).startsWith(file))!
    const { verdicts } = judgeFile(path)
    const hits = verdicts.filter(each => each.rule === rule && each.verdict === verdict && each.frames[0] === frame)
    const others = verdicts
      .filter(each => each.rule === rule && each.verdict === verdict)
      .map(({ frames }) => frames[0])
    expect(hits.length, `${rule} ${verdict} at ${others.join(' ')}`).toBeGreaterThan(0)
    if (profile !== undefined) expect(hits[0]).toMatchObject({ profile })
  })
})

describe('profiles are inferred', () => {
  test.each([
    ['01-reg-auth-frr10.hub-link.pcap', 'frr'],
    ['03-purge-opennhrp.hub-link.pcap', 'opennhrp'],
  ])('%s: %s, and the evidence is named', (name, profile) => {
    const { stations } = judgeFile(`${folder}${name}`).judge
    expect(stations).toHaveLength(4)
    for (const each of stations) {
      expect(each.profile).toBe(profile)
      expect(each.evidence[0]).toMatch(/^registration .* with hop count \d+ in frame \d+$/)
    }
  })
})

test('a capture that was cut short is not judged by what is missing', () => {
  const { verdicts } = judgeFile(`${folder}90-derived-snaplen80-of-02a-hub-link.pcapng`)
  const unjudged = verdicts.filter(each => each.verdict === 'cannot-judge')
  expect(new Set(unjudged.map(each => each.verdict === 'cannot-judge' && each.obstacle))).toEqual(
    new Set(['cut-short']),
  )
  expect(unjudged.length).toBeGreaterThan(500)
})

/** Captures under ESP or on several links, and their counterparts. */
describe('ESP', () => {
  const files = [
    ['07a-esp.cbc256-sha256.s1-link', '07a-esp', ['150.1.2.2']],
    ['07a-esp.gcm256.s2-link', '07a-esp', ['150.1.3.3']],
    ['07a-esp.null-sha1.s3-link', '07a-esp', ['150.1.4.4']],
    ['07b-esp.3des-md5.s2-link', '07b-esp', ['150.1.3.3']],
    ['07b-esp.cbc128-sha1-tunnel.s3-link', '07b-esp', ['150.1.4.4']],
    ['07b-esp.udp-cbc128-sha256.s1-link', '07b-esp', ['150.1.2.2']],
    ['09-ikev2-strongswan-frr10.hub-link', '09-ikev2-strongswan-frr10', ['150.1.1.1', '150.1.2.2', '192.168.3.2']],
  ] as const

  /** Rules about what the hub's device does not have: outer headers, ESP, what was before it and on the spokes' other links. */
  const ofLinks = ['N33', 'N36', 'N42', 'N61', 'N63', 'N73', 'N74', 'N77', 'N78', 'N79', 'N80', 'N81', 'N82', 'N83']

  test.each(files)('%s: without keys nothing that is inside is judged', file => {
    const { verdicts, judge } = judgeFile(`${folder}${file}.pcap`)
    expect(found(verdicts, 'fail')).toEqual([])
    expect(found(verdicts, 'deviates')).toEqual([])
    for (const rule of ['N01', 'N18', 'N32', 'N45', 'N85']) {
      expect(judge.counts[rule]).toEqual({ pass: 0, fail: 0, deviates: 0, 'cannot-judge': 1 })
    }
    const obstacles = found(verdicts, 'cannot-judge').map(each => each.verdict === 'cannot-judge' && each.obstacle)
    expect(new Set(obstacles)).toEqual(new Set(['encrypted']))
  })

  test.each(files)('%s: with keys the verdicts of the plaintext twin', (file, keys, clients) => {
    const opened = judgeFile(`${folder}${file}.pcap`, { keys: `${folder}${keys}.esp_sa` })
    const twin = judgeFile(`${folder}${keys}.plaintext-hub-gre1.pcap`)
    expect(found(opened.verdicts, 'cannot-judge')).toEqual([])
    const ofClients = ({ verdicts }: typeof twin): string[] => [
      ...new Set(
        verdicts
          .filter(({ station, rule }) => clients.some(each => each === station) && !ofLinks.includes(rule))
          .map(({ rule, verdict, station }) => `${rule} ${verdict} ${station}`),
      ),
    ]
    expect(ofClients(opened).sort()).toEqual(ofClients(twin).sort())
    expect(ofClients(opened).length).toBeGreaterThan(25)
  })
})
