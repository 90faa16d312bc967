/** Recipes give the hand-built vectors octet for octet, and the sizes the first article prints. */
import { type Nhrp, type NhrpExchange, nhrp } from '@dmvpn/protocols'
import {
  type EncapsulationOptions,
  errorIndication,
  forwarded,
  keepalive,
  messageFrame,
  plainPacket,
  purgeReply,
  purgeRequest,
  registrationReply,
  registrationRequest,
  resolutionReply,
  resolutionRequest,
  type Station,
  type SynthFrame,
  trafficIndication,
  tunnelledData,
} from '@dmvpn/synth'
import { formatHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { vectors } from '../samples.ts'

const hub: Station = { protocol: '10.0.0.1', nbma: '150.1.1.1' }
const r2: Station = { protocol: '10.0.0.2', nbma: '150.1.2.2' }
const r3: Station = { protocol: '10.0.0.3', nbma: '150.1.3.3' }
const manner = { profile: 'ios12', key: 123, authentication: 'cisco' } as const

const registration = registrationRequest({ ...manner, spoke: { ...r3, holdingTime: 60 }, hub, requestId: 26 })
const asking = { ...manner, spoke: { ...r3, holdingTime: 360 } }
const forNextHop = resolutionRequest({ ...asking, target: '10.0.0.2', requestId: 994 })
const forNetwork = forwarded(resolutionRequest({ ...asking, target: '10.0.2.2', requestId: 900 }), hub, manner)
const purge = purgeRequest({ ...manner, from: r3, to: '10.0.0.2', address: '10.0.3.3', requestId: 36 })

function hexOf(id: string): string {
  return vectors().find(each => each.id === id)!.hex
}

function sent(message: Nhrp, from: Station, to: Station, number: number, more: EncapsulationOptions = manner): string {
  return formatHex(
    messageFrame(message, from.nbma as string, to.nbma as string, { ...more, identification: number }).bytes,
  )
}

describe('the seven packets of the first article', () => {
  const seven: readonly (readonly [string, NhrpExchange, Station, Station, number])[] = [
    ['V01', registration, r3, hub, 81],
    ['V02', registrationReply(registration, { ...manner, hub }), hub, r3, 101],
    ['V03', forNextHop, r3, hub, 81],
    ['V05', forNetwork, hub, r2, 101],
    ['V04', resolutionReply(forNextHop, { ...manner, responder: hub, client: r2, holdingTime: 342 }), hub, r3, 109],
    [
      'V06',
      resolutionReply(forNetwork, { ...manner, responder: { ...r2, holdingTime: 360 }, prefixLength: 24 }),
      r2,
      r3,
      129,
    ],
    ['V07', purge, r3, r2, 73],
  ]
  test.each(seven)('%s', (id, message, from, to, size) => {
    expect(nhrp.size(message)).toBe(size)
    expect(sent(message, from, to, Number(id.slice(1)))).toBe(hexOf(id))
  })

  test('V08, the confirmation of the purge', () => {
    const confirmed = purgeReply(purge, { ...manner, by: r2 })
    expect(nhrp.size(confirmed)).toBe(73)
    expect(sent(confirmed, r2, r3, 8)).toBe(hexOf('V08'))
  })
})

describe('further vectors', () => {
  test('V09: an error about a request that has no hop left', () => {
    const request = resolutionRequest({ ...asking, target: '10.0.9.9', requestId: 900 })
    const error = errorIndication({ ...request, hopCount: 0 }, { ...manner, by: hub, errorCode: 15, errorOffset: 9 })
    expect(sent(error, hub, r3, 9)).toBe(hexOf('V09'))
  })

  test('V10: a redirect about a ping', () => {
    const packet = plainPacket({ source: '10.0.3.3', destination: '10.0.2.2', identification: 0x20, ttl: 255 })
    const by = { ...manner, profile: 'ios15', by: hub } as const
    expect(sent(trafficIndication(packet, by), hub, r3, 10)).toBe(hexOf('V10'))
  })

  test('V13: a registration that is refused', () => {
    const spoke = { protocol: r3.protocol, nbma: '150.1.4.4', holdingTime: 60 }
    const request = registrationRequest({ ...manner, spoke, hub, requestId: 40 })
    const refused = registrationReply(request, { ...manner, hub, code: 14 })
    expect(sent(refused, hub, spoke, 13)).toBe(hexOf('V13'))
  })

  test('V14: a resolution that is refused', () => {
    const request = resolutionRequest({ ...asking, target: '10.0.99.9', requestId: 1000 })
    const refused = resolutionReply(request, { ...manner, responder: hub, code: 12 })
    expect(sent(refused, hub, r3, 14)).toBe(hexOf('V14'))
  })

  test('G04: a keepalive', () => {
    const frame = keepalive('150.1.3.3', '150.1.1.1', { profile: 'ios12', identification: 0x22 })
    expect(formatHex(frame.bytes)).toBe(hexOf('G04'))
  })

  test('G01: data with checksum, key and sequence number', () => {
    const frame: SynthFrame = tunnelledData(
      { source: '10.0.0.3', destination: '10.0.0.1', size: 60, identification: 0x20 },
      '150.1.3.3',
      '150.1.1.1',
      { profile: 'ios12', key: 123, checksum: true, sequence: 7, identification: 0x1e },
    )
    expect(formatHex(frame.bytes)).toBe(hexOf('G01'))
  })
})
