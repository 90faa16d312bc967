import { data, dmvpn, encode, gre, icmp, ipv4, layer, nhrp, udp } from '@dmvpn/protocols'
import { ipv4Of } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Catalogue } from '../catalogue.ts'
import { recordOf } from '../frame-record.ts'
import { Session } from '../session/session.ts'
import { compileFilter, compileFilters } from './filter.ts'
import { FilterError } from './filter-error.ts'

const rawLink = 101
const outer = { source: ipv4Of('150.1.3.3'), destination: ipv4Of('150.1.1.1') }
const inner = { source: ipv4Of('10.0.0.3'), destination: ipv4Of('10.0.0.1') }
const inTunnel = recordOf(
  dmvpn.encode([
    layer(ipv4, outer),
    layer(gre, { key: 123 }),
    layer(ipv4, inner),
    layer(udp, { sourcePort: 7, destinationPort: 9 }),
  ]),
  rawLink,
)
const registration = recordOf(dmvpn.encode([layer(ipv4, outer), layer(gre, { key: 0 }), layer(nhrp)]), rawLink)
const ping = recordOf(dmvpn.encode([layer(ipv4, inner), layer(icmp)]), rawLink)
const records = [inTunnel, registration, ping]
const catalogue = new Catalogue(dmvpn)

/** For each of the records whether it passes: `101`. */
function passing(text: string): string {
  const filter = compileFilter(dmvpn, text, catalogue)
  const session = new Session()
  return records.map(record => (filter.matches(record, session) ? '1' : '0')).join('')
}

describe('what Wireshark 4.0 does not have', () => {
  test.each([
    ['ip xor nhrp', '101'],
    ['ip ^^ gre ^^ nhrp', '011'],
    ['frame.time_delta >= 0s and frame.time_delta < 1ms', '111'],
    ['string(ip.src) in {"10.0.0.3"}', '101'],
    ['ip.src[0:1] in {0a, 0b}', '101'],
    ['upper(lower(frame.protocols)) contains "NHRP"', '010'],
    ['len(ip.src[0:2]) == 2', '111'],
    ['1 & frame.number', '101'],
  ])('%s', (text, expected) => expect(passing(text)).toBe(expected))
})

describe('values and layers', () => {
  test.each([
    ['gre.key', '110'],
    ['gre.key == 0', '010'],
    ['ip.src#2 == 10.0.0.3', '100'],
    ['ip#2', '100'],
    ['count(ip) == 2', '100'],
    ['ip.addr == 10.0.0.0/24', '101'],
    ['ip.addr === 10.0.0.0/24', '001'],
    ['ip.addr != 10.0.0.0/24', '010'],
    ['ip.addr !== 10.0.0.0/24', '110'],
    ['all ip.addr in {10.0.0.0/24}', '001'],
    ['udp.port in {9..10} && udp.port == 7', '100'],
    ['udp.srcport < udp.dstport', '100'],
    ['max(udp.port, 8) == 9 and min(udp.port, 8) == 7', '100'],
    ['{udp.srcport + 2} * 3 == 27', '100'],
    ['udp.srcport - 9 == -2', '100'],
    ['udp.srcport / 0 == 0', '000'],
    ['udp.srcport % 2 == 1 and udp.srcport & 6 == 6', '100'],
    ['frame[0] == 45 and frame[0] & f0 == 40', '111'],
    ['ip.src & 255.255.0.0 == 150.1.0.0', '110'],
    ['nhrp or icmp', '011'],
    ['not ip.src == 10.0.0.3', '010'],
    ['ip.src[1:2,3] == 00:00:03', '101'],
    ['eth.src == 00:00:00:00:00:00 or not eth', '111'],
    ['gre.key#[-1] == 123', '100'],
  ])('%s', (text, expected) => expect(passing(text)).toBe(expected))
})

test('filters that share walks answer as each alone', () => {
  const texts = [
    'ip',
    'nhrp',
    'gre.key == 123',
    'frame.number == 2',
    'ip.src#2',
    'frame.protocols contains "udp"',
    'count(ip.src) == 1',
    'icmp',
  ]
  const bank = compileFilters(dmvpn, texts, catalogue)
  const session = new Session()
  const together = records.map(record => [...bank.matches(record, session)])
  for (const [i, text] of texts.entries()) {
    expect(together.map(each => (each[i] ? '1' : '0')).join('')).toBe(passing(text))
  }
})

test('a frame asked and then walked again completes its datagram once', () => {
  const filter = compileFilter(dmvpn, 'icmp', catalogue)
  const session = new Session()
  const body = encode(icmp, {}, { payload: new Uint8Array(24) })
  const fragments = [
    { moreFragments: true, bytes: body.subarray(0, 8) },
    { fragmentOffset: 1, bytes: body.subarray(8) },
  ].map(({ bytes, ...facts }) => {
    const header = layer(ipv4, { ...inner, identification: 7, protocol: 1, ...facts })
    return recordOf(dmvpn.encode([header, layer(data, { bytes })]), rawLink)
  })
  const found = fragments.map(record => {
    const passes = filter.matches(record, session)
    const { number } = session
    session.again()
    session.begin(record)
    expect(session.number).toBe(number)
    const { buffer, view, start, end } = record
    const frame = dmvpn.decodeIn(buffer, view, start, end, rawLink, { session })
    expect(frame.layers.map(({ protocol }) => protocol.name)).toEqual(
      filter.frame!.layers.map(({ protocol }) => protocol.name),
    )
    return passes
  })
  expect(found).toEqual([false, true])
  expect(session.number).toBe(2)
})

const names = [
  'ip.src',
  'frame.len',
  'nhrp',
  'nhrp.code',
  'eth.src',
  'frame.time',
  'frame.time_delta',
  'frame.protocols',
  'nhrp.flag.q',
  'ipv6.dst',
  'frame',
  'nhrp.hdr.bad_checksum',
  'foo',
]
const glue = [
  '==',
  '!=',
  '>',
  'contains',
  'matches',
  'in',
  'and',
  'or',
  'not',
  '(',
  ')',
  '{',
  '}',
  '+',
  '-',
  '&',
  ',',
  '..',
  '[0:2]',
  '#1',
  'len(',
  'max(',
  'string(',
  'any',
  'all',
]
const values = [
  '1',
  '-1',
  '10.0.0.0/8',
  'fd00::/8',
  '00:01',
  '"x"',
  '"2026-11-21"',
  '0.5',
  'Success',
  'true',
  "'a'",
  '"(a"',
  '99999999999999999999',
]

test('any text compiles or has an error, and what compiles answers', () => {
  const token = fc.oneof(fc.constantFrom(...names), fc.constantFrom(...glue), fc.constantFrom(...values))
  const text = fc.oneof(
    fc.array(token, { maxLength: 12 }).map(parts => parts.join(' ')),
    fc
      .tuple(fc.constantFrom(...names), fc.constantFrom(...glue), fc.constantFrom(...names, ...values))
      .map(parts => parts.join(' ')),
  )
  fc.assert(
    fc.property(text, filter => {
      try {
        expect(passing(filter)).toHaveLength(records.length)
      } catch (error) {
        expect(error).toBeInstanceOf(FilterError)
      }
    }),
    { numRuns: 1000 },
  )
})

test('calls within calls are typed once each', () => {
  const before = performance.now()
  expect(passing(`${'abs('.repeat(90)}frame.number${')'.repeat(90)} == 2`)).toBe('010')
  expect(passing(`${'max(1,'.repeat(90)}frame.number${')'.repeat(90)} == 2`)).toBe('010')
  expect(performance.now() - before).toBeLessThan(10_000)
})
