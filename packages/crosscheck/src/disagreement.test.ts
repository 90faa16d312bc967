import { dmvpn, type Nhrp, nhrp, type Protocol, stack } from '@dmvpn/protocols'
import { parseHex } from '@dmvpn/wire'
import { expect, test } from 'vitest'
import { compareFrame, compareReadings } from './disagreement.ts'
import { ourReading } from './our-reading.ts'
import { readFrame, vocabulary } from './read-frame.ts'

/** IPv4 150.1.3.3 > 150.1.1.1, GRE with key 123, NHRP Registration Request with one entry and Cisco's extensions. */
const registration = parseHex(
  '45c0006d00010000ff2f8a9a9601030396010101' +
    '20002001' +
    '0000007b' +
    '000108000000000000ff005172bf003401030400' +
    '0404800000 00001a'.replace(' ', '') +
    '960103030a0000030a000001' +
    '00ff000005ea003c00000000' +
    '800300008004000080050000' +
    '8007000900000001636973636f' +
    '80000000',
)!

test('three layers, read alike', () => {
  expect(readFrame(registration, 101).layers.map(({ name, at }) => `${name} ${at}`)).toEqual([
    'ip 0',
    'gre 20',
    'nhrp 28',
  ])
  expect(compareFrame(registration, 101)).toEqual([])
})

test('what the others read of it', () => {
  const values = readFrame(registration, 101).layers[2]!.values
  expect(values.get('nhrp.htime')).toEqual(['60'])
  expect(values.get('nhrp.src.prot.addr')).toEqual(['10.0.0.3'])
  expect(values.get('nhrp.ext.type')).toEqual(['3', '4', '5', '7', '0'])
  expect(values.get('nhrp.auth_ext.key')).toEqual(['cisco'])
  expect(values.get('nhrp.hdr.chksum.status')).toEqual(['1'])
})

test('every value of ours that is changed is found', () => {
  const theirs = readFrame(registration, 101)
  const count = ourReading(dmvpn, registration, 101, vocabulary).reduce((sum, { values }) => sum + values.size, 0)
  expect(count).toBeGreaterThan(50)
  for (const index of Array.from({ length: count }, (_, i) => i)) {
    const ours = ourReading(dmvpn, registration, 101, vocabulary)
    const [layer, name] = ours.flatMap(each => [...each.values.keys()].map(key => [each, key] as const))[index]!
    layer.values.get(name)![0] = 'something else'
    expect(compareReadings(ours, theirs).map(({ field, ours: value }) => [field, value])).toEqual([
      [name, 'something else'],
    ])
  }
})

test('a value, a layer and an end that only one of us sees are found', () => {
  const theirs = readFrame(registration, 101)
  const missing = ourReading(dmvpn, registration, 101, vocabulary).slice(0, -1)
  expect(compareReadings(missing, theirs)).toMatchObject([
    { field: 'nhrp', ours: 'no such layer', theirs: 'nhrp at 28' },
  ])
  const more = ourReading(dmvpn, registration, 101, vocabulary)
  more.at(-1)!.values.get('nhrp.htime')!.push('7')
  expect(compareReadings(more, theirs)).toMatchObject([{ field: 'nhrp.htime#2', ours: '7', theirs: 'nothing' }])
  const further = [...ourReading(dmvpn, registration, 101, vocabulary)]
  further.push({ name: 'ip', at: 90, values: new Map(), stopped: undefined, isOpen: false, unjudged: new Set() })
  expect(compareReadings(further, theirs)).toMatchObject([{ field: 'ip', theirs: 'no such layer' }])
  const stopping = ourReading(dmvpn, registration, 101, vocabulary)
  stopping.at(-1)!.stopped = 'nhrp.hdr.pktsz at 38: no'
  expect(compareReadings(stopping, theirs)).toMatchObject([{ field: 'nhrp', theirs: 'read to the end' }])
})

test('a decoder with a bug planted into its walk is found out', () => {
  const planted: Protocol<Nhrp> = {
    ...nhrp,
    walk(c) {
      // The extension offset counted from the end of the fixed part.
      c.view.setUint16(c.at + 14, c.view.getUint16(c.at + 14) - 20)
      return nhrp.walk(c)
    },
  }
  const protocols = dmvpn.protocols.map(each => (each === nhrp ? planted : each))
  const found = compareFrame(registration.slice(), 101, stack(protocols))
  expect(found.length).toBeGreaterThan(0)
})

test('every shorter frame is read alike', () => {
  for (let length = 0; length < registration.length; length++) {
    expect(compareFrame(registration.subarray(0, length), 101), `cut at ${length}`).toEqual([])
  }
})

test('a stack without a protocol is not asked about it', () => {
  const small = stack(dmvpn.protocols.filter(each => each.name !== 'gre' && each.name !== 'nhrp'))
  expect(compareFrame(registration, 101, small)).toEqual([])
})
