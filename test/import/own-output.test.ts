/** What our own `debug` prints comes back as the packets it was printed of, field by field. */
import { type NhrpStep, type ProfileName, seconds } from '@dmvpn/core'
import { debugNhrp, debugNhrpPacket, importLog, type RebuiltPacket } from '@dmvpn/ios'
import { dmvpn, type Extension, type Nhrp, nhrp } from '@dmvpn/protocols'
import {
  forwarded,
  type Ip,
  type Manner,
  messageFrame,
  purgeReply,
  purgeRequest,
  registrationReply,
  registrationRequest,
  resolutionReply,
  resolutionRequest,
  type Station,
} from '@dmvpn/synth'
import { ipv4Of as ip } from '@dmvpn/wire'
import { fc, test } from '@fast-check/vitest'
import { describe, expect } from 'vitest'
import { articleRouter, type LabOptions } from '../stories/articles.ts'
import { lab } from '../stories/lab.ts'

/** What a packet says but for what stands in its extensions: of those, kinds and counts are known by the size. */
function shown(message: Nhrp): unknown {
  const { extensions, ...others } = message
  // Of a quoted packet our routers print nothing but that there is one.
  const quote = 'quote' in others ? { quote: others.quote.length } : {}
  return { ...others, ...quote, extensions: extensions.map(each => shapeOf(each)) }
}

function shapeOf(each: Extension): readonly unknown[] {
  if ('entries' in each) return [each.kind, each.entries.length]
  if (each.kind === 'authentication' && each.form === 'cleartext') return [each.kind, each.key.length]
  return [each.kind]
}

describe('routers of a laboratory', () => {
  const cases: readonly (readonly [string, LabOptions])[] = [
    ['phase 2', {}],
    ['phase 2, process switching', { hubRoutes: 'self', spokeSwitching: 'process' }],
    ['phase 2, IOS 15', { profile: 'ios15' }],
    ['phase 3', { profile: 'ios15', hubRoutes: 'summary', redirect: true }],
    ['without a password', { authentication: undefined }],
  ]
  test.each(cases)('%s', (_name, options) => {
    const of = lab([1, 2, 3].map(n => ({ name: `R${n}`, settings: articleRouter(n, options), start: n })))
    of.simulation.at(seconds(20), () =>
      of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip('10.0.3.3') }),
    )
    of.simulation.at(seconds(40), () => of.station('R3').perform({ order: 'shutdown', interface: 'Loopback1' }))
    of.simulation.run({ until: seconds(60) })
    const said: Nhrp[] = []
    const lines: string[] = []
    for (const { router, step } of of.steps) {
      if (step.step === 'message sent' || step.step === 'message received') said.push(step.message)
      for (const line of [...debugNhrp(step), ...debugNhrpPacket(step)]) lines.push(`${router}#`, line)
    }
    const { packets, faults } = importLog(lines.join('\n'))
    expect(said.length).toBeGreaterThan(20)
    expect(faults).toEqual([])
    expect(packets.map(({ message }) => shown(message))).toEqual(said.map(each => shown(each)))
    expect(packets.flatMap(({ difference }) => difference ?? [])).toEqual([])
    for (const each of packets) expect(reread(each)).toEqual(shown(each.message))
  })
})

/** The message as it stands in the frame that is made of it. */
function reread({ message, profile, from = 0, to = 0 }: RebuiltPacket): unknown {
  const { bytes, linkType } = messageFrame(message, from, to, { profile })
  return shown(dmvpn.decode(bytes, linkType).find(nhrp)!)
}

const ipv4 = fc.integer({ min: 1, max: 0xfffffffe })
const ipv6 = fc.bigInt({ min: 1n, max: (1n << 128n) - 2n })

interface Case {
  readonly manner: Manner & { readonly profile: ProfileName }
  readonly spoke: Station
  readonly hub: Station
  readonly target: Ip
  readonly via: readonly Station[]
  readonly requestId: number
  readonly kind: number
}

function caseOf(address: fc.Arbitrary<Ip>): fc.Arbitrary<Case> {
  const station = fc.record({ protocol: address, nbma: ipv4, holdingTime: fc.nat(0xffff) })
  return fc.record({
    manner: fc.record({
      profile: fc.constantFrom<ProfileName>('ios12', 'ios15'),
      authentication: fc.option(fc.stringMatching(/^[!-~]{1,8}$/), { nil: undefined }),
    }),
    spoke: station,
    hub: station,
    target: address,
    via: fc.array(station, { maxLength: 3 }),
    requestId: fc.nat(0xffffffff),
    kind: fc.nat(6),
  })
}

function messageOf({ manner, spoke, hub, target, via, requestId, kind }: Case): Nhrp {
  const registration = registrationRequest({ ...manner, spoke, hub, requestId })
  const asked = resolutionRequest({ ...manner, spoke, target, requestId })
  const passed = via.reduce((message, by) => forwarded(message, by, manner), asked)
  const purge = purgeRequest({ ...manner, from: spoke, to: hub.protocol, address: target, requestId })
  const made: readonly Nhrp[] = [
    registration,
    registrationReply(registration, { ...manner, hub }),
    passed,
    resolutionReply(passed, { ...manner, responder: hub }),
    resolutionReply(asked, { ...manner, responder: hub, code: 12 }),
    purge,
    purgeReply(purge, { ...manner, by: hub }),
  ]
  return made[kind]!
}

describe.each([
  ['IPv4', ipv4],
  ['IPv6', ipv6],
] as const)('any message over %s', (_family, address) => {
  test.prop([caseOf(address as fc.Arbitrary<Ip>)])('comes back', each => {
    const message = messageOf(each)
    const step: NhrpStep = {
      step: 'message sent',
      tunnel: 'Tunnel0',
      forwarded: false,
      message,
      size: nhrp.size(message),
      source: each.hub.protocol as Ip,
      destination: each.spoke.protocol as Ip,
    }
    const { packets, faults } = importLog(debugNhrpPacket(step).join('\n'))
    expect(faults).toEqual([])
    expect(packets.map(packet => shown(packet.message))).toEqual([shown(message)])
    expect(packets.map(({ difference }) => difference)).toEqual([undefined])
  })
})
