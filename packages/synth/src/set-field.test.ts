import { dmvpn, gre, ipv4, nhrp } from '@dmvpn/protocols'
import { formatHex, ipv4Of } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import type { SynthFrame } from './compose.ts'
import { messageFrame } from './encapsulate.ts'
import { lie } from './lie.ts'
import { tunnelledData } from './recipes/data.ts'
import { registrationReply, registrationRequest } from './recipes/registration.ts'
import { setField } from './set-field.ts'

const hub = { protocol: '192.0.2.1', nbma: '198.51.100.1' }
const spoke = { protocol: '192.0.2.3', nbma: '198.51.100.3' }
const manner = { profile: 'ios15', key: 7, authentication: 'secret' } as const
const request = registrationRequest({ ...manner, spoke, hub })
const frame = messageFrame(request, spoke.nbma, hub.nbma, manner)
const answer = messageFrame(registrationReply(request, { ...manner, hub }), hub.nbma, spoke.nbma, manner)
const ping = tunnelledData({ source: '192.0.2.3', destination: '192.0.2.1' }, spoke.nbma, hub.nbma, { checksum: true })

function messageOf({ bytes, linkType }: SynthFrame) {
  return dmvpn.decode(bytes, linkType).find(nhrp)!
}

/** A frame says the truth where writing it anew changes nothing. */
function isTrue(of: SynthFrame): boolean {
  const { layers } = dmvpn.decode(of.bytes, of.linkType)
  const anew = dmvpn.encode(
    layers.map(({ protocol, packet }) => ({
      protocol,
      packet,
      given: new Set(Object.keys(packet as object)),
      claims: {},
      trailer: new Uint8Array(0),
    })),
  )
  return formatHex(anew) === formatHex(of.bytes)
}

describe('a field is set, and the rest made true', () => {
  it('a number', () => {
    const changed = setField(frame, 'nhrp.hdr.hopcnt=0')
    expect(messageOf(changed)).toEqual({ ...messageOf(frame), hopCount: 0 })
    expect(isTrue(changed)).toBe(true)
    expect(changed.bytes).not.toEqual(lie(frame, 'nhrp.hdr.hopcnt=0').bytes)
  })

  it('in hexadecimal, by name, as a flag, scaled', () => {
    expect(messageOf(setField(frame, 'nhrp.reqid=0xffffffff')).kind).toBe('registration-request')
    expect(messageOf(setField(frame, 'nhrp.hdr.op.type=NHRP Purge Request')).kind).toBe('purge-request')
    expect(messageOf(setField(frame, 'nhrp.flag.nat=false'))).toMatchObject({ flags: 0x8000 })
    expect(setField(frame, 'ip.frag_offset=0').bytes).toEqual(frame.bytes)
  })

  it('an occurrence', () => {
    const changed = setField(answer, 'nhrp.htime#2=17')
    expect(messageOf(changed).extensions[0]).toMatchObject({
      kind: 'responder-address',
      entries: [{ holdingTime: 17 }],
    })
    expect(isTrue(changed)).toBe(true)
  })

  it('an address in the outer header, and in a checksum that covers it', () => {
    const changed = setField(frame, 'ip.dst=203.0.113.9')
    expect(dmvpn.decode(changed.bytes, 101).find(ipv4)!.destination).toBe(ipv4Of('203.0.113.9'))
    expect(isTrue(changed)).toBe(true)
    expect(isTrue(setField(ping, 'ip.src#2=203.0.113.9'))).toBe(true)
  })

  it('octets and addresses of another length: every length around them follows', () => {
    const changed = setField(frame, 'nhrp.auth_ext.key=longer12')
    expect(changed.bytes.length).toBe(frame.bytes.length + 2)
    expect(isTrue(changed)).toBe(true)
    const wide = setField(answer, 'nhrp.client.prot.addr=2001:db8::1')
    expect(wide.bytes.length).toBe(answer.bytes.length + 12)
    expect(isTrue(wide)).toBe(true)
    expect(setField(ping, 'data.data=01:02').bytes.length).toBe(20 + 8 + 20 + 8 + 2)
  })

  it('what a header carries is left as it was understood', () => {
    const changed = setField(frame, 'ip.proto=54')
    expect(dmvpn.decode(changed.bytes, 101).find(ipv4)!.protocol).toBe(54)
    expect(changed.bytes.subarray(20)).toEqual(frame.bytes.subarray(20))
  })

  it.each([
    ['nhrp.hdr.chksum=0', 'nhrp.hdr.chksum cannot be set: it is computed from the rest of the packet'],
    ['ip.len=20', 'ip.len cannot be set: it is computed'],
    ['gre.flags.key=0', 'gre.flags.key cannot be set: what stands behind it would be read differently'],
    ['gre.sequence_number=1', 'gre.sequence_number: the packet has no such field'],
    ['nhrp.htime#9=1', 'nhrp.htime#9: the packet has the field 2 times'],
    ['nhrp.hdr.hopcnt=256', 'nhrp.hdr.hopcnt: 256 does not fit 8 bits'],
    ['ip.src=router', 'ip.src: "router" is not a value of type ipv4'],
    ['nhrp.unused=0x10000', 'nhrp.unused: 0x10000 does not fit 16 bits'],
    ['nonsense', 'nonsense: not FIELD=VALUE'],
    ['a b=1', 'a b: not FIELD or FIELD#N'],
  ])('%s is refused', (assignment, because) => {
    expect(() => setField(frame, assignment)).toThrow(RangeError)
    expect(() => setField(frame, assignment)).toThrow(because)
  })
})

describe('a lie', () => {
  it('changes its bits and nothing else', () => {
    const changed = lie(frame, 'nhrp.hdr.chksum=0xdead').bytes
    const differing = [...changed.keys()].filter(at => changed[at] !== frame.bytes[at])
    expect(differing).toEqual([40, 41])
    expect(lie(frame, 'gre.flags.key=0').bytes[20]! & 0x20).toBe(0)
    expect(lie(frame, 'ip.hdr_len=24').bytes[0]).toBe(0x46)
  })

  it('has to fit', () => {
    expect(() => lie(frame, 'nhrp.auth_ext.key=longer')).not.toThrow()
    expect(() => lie(frame, 'nhrp.auth_ext.key=other')).toThrow('6 octets are there')
    expect(() => lie(frame, 'ip.hdr_len=21')).toThrow('not a multiple of 4')
  })
})

it('facts of GRE are there to be set', () => {
  const changed = setField(ping, 'gre.offset=4')
  expect(dmvpn.decode(changed.bytes, 101).find(gre)!.offset).toBe(4)
  expect(isTrue(changed)).toBe(true)
})
