/** The size formulas of real captures hold for every address, password, manner and list of servers on the way. */
import { profiles } from '@dmvpn/core'
import { type Nhrp, nhrp } from '@dmvpn/protocols'
import {
  errorIndication,
  forwarded,
  type Ip,
  type Manner,
  messageFrame,
  plainPacket,
  purgeReply,
  purgeRequest,
  registrationReply,
  registrationRequest,
  resolutionReply,
  resolutionRequest,
  type Station,
  trafficIndication,
} from '@dmvpn/synth'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'

const ipv4 = fc.nat(0xffffffff)
const ipv6 = fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })
const password = fc.option(fc.stringMatching(/^[!-~]{1,8}$/), { nil: undefined })

interface Case {
  readonly manner: Manner
  readonly spoke: Station
  readonly hub: Station
  readonly target: Ip
  readonly via: readonly Station[]
  readonly backVia: readonly Station[]
  readonly publicNbma: number
  readonly group: string | undefined
}

function caseOf(address: fc.Arbitrary<Ip>): fc.Arbitrary<Case> {
  const station = fc.record({ protocol: address, nbma: ipv4, holdingTime: fc.nat(0xffff) })
  const manner = fc.record({
    profile: fc.constantFrom(...Object.values(profiles).map(({ name }) => name)),
    key: fc.option(ipv4, { nil: undefined }),
    authentication: password,
  })
  return fc.record({
    manner,
    spoke: station,
    hub: station,
    target: address,
    via: fc.array(station, { maxLength: 5 }),
    backVia: fc.array(station, { maxLength: 5 }),
    publicNbma: ipv4,
    group: fc.option(fc.stringMatching(/^[!-~]{1,20}$/), { nil: undefined }),
  })
}

/** The parts of a message, counted as they stand in captures: `p` octets is a protocol address long. */
function parts({ manner }: Case, p: 4 | 16) {
  const entry = 12
  const full = entry + 4 + p
  const natted = manner.profile !== 'ios12'
  return {
    /** Fixed part, lengths, flags, id, and the three addresses. */
    head: 28 + 4 + 2 * p,
    entry,
    full,
    /** Three records, empty. */
    records: 12,
    auth: manner.authentication === undefined ? 0 : 8 + manner.authentication.length,
    nat: (entries: number): number => (natted ? 4 + entries * full : 0),
    end: 4,
  }
}

function onTheWire(message: Nhrp, { manner, spoke, hub }: Case): number {
  return messageFrame(message, spoke.nbma, hub.nbma, manner).bytes.length
}

describe.each([
  ['IPv4', 4, ipv4],
  ['IPv6', 16, ipv6],
] as const)('tunnels of %s', (_family, p, address) => {
  const anyCase = caseOf(address as fc.Arbitrary<Ip>)

  test.prop([anyCase])('registrations', each => {
    const { manner, spoke, hub, group, publicNbma } = each
    const { head, entry, records, auth, nat, full, end } = parts(each, p)
    const vendor = group === undefined ? 0 : 4 + 3 + 2 + group.length
    const request = registrationRequest({ ...manner, spoke, hub, group })
    expect(nhrp.size(request)).toBe(head + entry + records + auth + nat(1) + vendor + end)
    const reply = registrationReply(request, { ...manner, hub })
    expect(nhrp.size(reply)).toBe(head + entry + records + full + auth + nat(1) + vendor + end)
    const seen = registrationReply(request, { ...manner, hub, seenNbma: publicNbma })
    const entries = publicNbma === spoke.nbma ? 1 : 2
    expect(nhrp.size(seen)).toBe(head + entry + records + full + auth + nat(entries) + vendor + end)
    expect(onTheWire(reply, each)).toBe(nhrp.size(reply) + 20 + (manner.key === undefined ? 4 : 8))
  })

  test.prop([anyCase])('resolutions, and each server on the way', each => {
    const { manner, spoke, hub, target, via, backVia, publicNbma } = each
    const { head, entry, records, auth, nat, full, end } = parts(each, p)
    const request = resolutionRequest({ ...manner, spoke, target })
    expect(nhrp.size(request)).toBe(head + entry + records + auth + nat(0) + end)
    const behindNat = resolutionRequest({ ...manner, spoke: { ...spoke, publicNbma }, target })
    expect(nhrp.size(behindNat)).toBe(nhrp.size(request) + (publicNbma === spoke.nbma ? 0 : nat(1) - nat(0)))
    fc.pre(via.length < request.hopCount && backVia.length < profiles[manner.profile!].hopCount.reply)
    const passed = via.reduce((message, by) => forwarded(message, by, manner), request)
    expect(nhrp.size(passed)).toBe(nhrp.size(request) + full * via.length)
    expect(passed.hopCount).toBe(request.hopCount - via.length)
    const reply = resolutionReply(passed, { ...manner, responder: hub })
    const relayed = backVia.reduce((message, by) => forwarded(message, by, manner), reply)
    const servers = full * (via.length + backVia.length)
    expect(nhrp.size(relayed)).toBe(head + full + records + full + auth + nat(0) + end + servers)
    const refusal = resolutionReply(request, { ...manner, responder: hub, code: 12 })
    expect(nhrp.size(refusal)).toBe(head + entry + records + full + auth + nat(0) + end)
  })

  test.prop([anyCase])('purges', each => {
    const { manner, spoke, hub, target } = each
    const { head, entry, records, auth, full, end } = parts(each, p)
    const isOpenNhrp = manner.profile === 'opennhrp'
    const request = purgeRequest({ ...manner, from: spoke, to: hub.protocol, address: target })
    expect(nhrp.size(request)).toBe(head + entry + p + (isOpenNhrp ? records : 0) + auth + end)
    const reply = purgeReply(request, { ...manner, by: hub })
    expect(nhrp.size(reply)).toBe(nhrp.size(request) + (isOpenNhrp ? full : 0))
  })

  test.prop([anyCase, fc.integer({ min: 48, max: 300 })])('redirects', (each, size) => {
    const { manner, spoke, hub, target } = each
    const { head, auth, nat, end } = parts(each, p)
    const header = p === 4 ? 20 : 40
    const packet = plainPacket({ source: spoke.protocol, destination: target, size })
    const told = nhrp.size(trafficIndication(packet, { ...manner, by: hub }))
    switch (manner.profile) {
      case 'frr':
        expect(told).toBe(head + Math.min(size, 128) + (auth === 0 ? 0 : auth + end))
        break
      case 'opennhrp':
        expect(told).toBe(head + Math.min(size, 68) + 4 + auth + end)
        break
      default:
        expect(told).toBe(head + header + 8 + 8 + auth + nat(0) + end)
    }
  })

  test.prop([anyCase])('errors', each => {
    const { manner, spoke, hub, target } = each
    const { head, auth, end } = parts(each, p)
    const offending = resolutionRequest({ ...manner, spoke, target })
    const told = nhrp.size(errorIndication(offending, { ...manner, by: hub, errorCode: 6 }))
    switch (manner.profile) {
      case 'frr':
        expect(told).toBe(head + head)
        break
      case 'opennhrp':
        expect(told).toBe(head + nhrp.size(offending) + 4 + auth + end + 16)
        break
      default:
        expect(told).toBe(head + nhrp.size(offending))
    }
  })
})
