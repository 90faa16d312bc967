/** Servers: who may have an address, what happens when one is gone, chains of them, and clients behind NAT. */
import { type NhrpDraft, type Settings, seconds, settingsOf } from '@dmvpn/core'
import { cieCode } from '@dmvpn/protocols'
import { ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { articleRouter } from './articles.ts'
import { type Lab, lab, messagesOf, stepsOf, traceOf } from './lab.ts'

/** A router with one tunnel and nothing else. */
function router(name: string, nbma: string, tunnel: string, nhrp: NhrpDraft): Settings {
  return settingsOf({
    hostname: name,
    interfaces: [
      { kind: 'loopback', name: 'Loopback0', addresses: [{ address: ip(nbma), length: 24 }] },
      {
        kind: 'tunnel',
        name: 'Tunnel0',
        mode: 'multipoint',
        source: { kind: 'interface', name: 'Loopback0' },
        addresses: [{ address: ip(tunnel), length: 24 }],
        nhrp: { networkId: 1, ...nhrp },
      },
    ],
  })
}

const serverAt = (tunnel: string, nbma: string): NhrpDraft => ({
  maps: [{ protocol: ip(tunnel), nbma: ip(nbma) }],
  servers: [{ protocol: ip(tunnel) }],
})
const hub = router('R1', '192.0.2.1', '10.9.0.1', { multicast: { dynamic: true } })
const client = (name: string, nbma: string, tunnel: string, more: NhrpDraft = {}): Settings =>
  router(name, nbma, tunnel, { ...serverAt('10.9.0.1', '192.0.2.1'), holdingTime: 60, ...more })

const cacheOf = (of: Lab, name: string) => of.station(name).router!.state.tunnels[0]!.cache

describe('two stations with one address', () => {
  const two = (first: NhrpDraft): Lab =>
    lab([
      { name: 'R1', settings: hub },
      { name: 'R3', settings: client('R3', '192.0.2.3', '10.9.0.3', first), start: 1 },
      { name: 'R4', settings: client('R4', '192.0.2.4', '10.9.0.3'), start: 5 },
    ])

  test('the first keeps it, uniquely, until its holding time ends; the second is refused and tries on', () => {
    const of = two({})
    of.simulation.at(seconds(11), () => of.cloud.connect(of.station('R3'), false))
    of.simulation.run({ until: seconds(60) })
    const codes = messagesOf(of).flatMap(({ message }) =>
      message.kind === 'registration-reply' && message.sourceNbma === ip('192.0.2.4')
        ? message.entries.map(({ code, holdingTime }) => [code, holdingTime])
        : [],
    )
    expect(new Set(codes.map(each => each.join()))).toEqual(new Set([`${cieCode.alreadyRegistered},0`]))
    expect(cacheOf(of, 'R1').usable(ip('10.9.0.3'))?.nbma).toBe(ip('192.0.2.3'))
    of.simulation.run({ until: seconds(90) })
    expect(cacheOf(of, 'R1').usable(ip('10.9.0.3'))?.nbma).toBe(ip('192.0.2.4'))
  })

  test('what was registered as not unique is taken over at once', () => {
    const of = two({ unique: false })
    of.simulation.run({ until: seconds(8) })
    expect(cacheOf(of, 'R1').usable(ip('10.9.0.3'))?.nbma).toBe(ip('192.0.2.4'))
  })
})

describe('a chain of servers, R1 – R2 – R3 – R4', () => {
  const of = lab([
    {
      name: 'R1',
      settings: router('R1', '192.0.2.1', '10.9.0.1', { ...serverAt('10.9.0.2', '192.0.2.2'), holdingTime: 60 }),
    },
    { name: 'R2', settings: router('R2', '192.0.2.2', '10.9.0.2', serverAt('10.9.0.3', '192.0.2.3')) },
    { name: 'R3', settings: router('R3', '192.0.2.3', '10.9.0.3', serverAt('10.9.0.2', '192.0.2.2')) },
    {
      name: 'R4',
      settings: router('R4', '192.0.2.4', '10.9.0.4', { ...serverAt('10.9.0.3', '192.0.2.3'), holdingTime: 60 }),
    },
  ])
  of.simulation.at(seconds(10), () => of.station('R1').perform({ order: 'ping', destination: ip('10.9.0.4') }))
  of.simulation.run({ until: seconds(20) })

  test('the first server, which knows nothing, asks the second, which answers', () => {
    const traces = messagesOf(of).filter(
      ({ at, message }) =>
        at > seconds(9) && message.sourceProtocol === ip('10.9.0.1') && message.kind.startsWith('resolution'),
    )
    expect(traces.map(({ message }) => `${message.kind} ${message.hopCount}`).slice(0, 3)).toEqual([
      'resolution-request 255',
      'resolution-request 254',
      'resolution-reply 255',
    ])
    const [, forwarded] = traces
    const record = forwarded!.message.extensions.find(each => each.kind === 'forward-transit')
    expect(record?.kind === 'forward-transit' ? record.entries.map(({ protocol }) => protocol) : []).toEqual([
      ip('10.9.0.2'),
    ])
  })

  test('and the client goes straight', () => {
    expect(cacheOf(of, 'R1').usable(ip('10.9.0.4'))?.nbma).toBe(ip('192.0.2.4'))
    expect(stepsOf(of, 'R1', 'ping finished')).toMatchObject([{ answered: [true, true, true, true, true] }])
  })
})

test('two servers that know nothing do not pass a request to and fro', () => {
  const of = lab([
    {
      name: 'R1',
      settings: router('R1', '192.0.2.1', '10.9.0.1', { ...serverAt('10.9.0.2', '192.0.2.2'), holdingTime: 60 }),
    },
    { name: 'R2', settings: router('R2', '192.0.2.2', '10.9.0.2', serverAt('10.9.0.3', '192.0.2.3')) },
    { name: 'R3', settings: router('R3', '192.0.2.3', '10.9.0.3', serverAt('10.9.0.2', '192.0.2.2')) },
  ])
  of.simulation.at(seconds(10), () =>
    of.station('R1').perform({ order: 'ping', destination: ip('10.9.0.9'), count: 1 }),
  )
  of.simulation.run({ until: seconds(11.5) })
  const about = messagesOf(of).filter(
    ({ at, message }) =>
      at > seconds(9) && message.sourceProtocol === ip('10.9.0.1') && message.kind.startsWith('resolution'),
  )
  expect(about.map(({ message }) => `${message.kind} ${message.hopCount}`)).toEqual([
    'resolution-request 255',
    'resolution-request 254',
    'resolution-reply 255',
    'resolution-reply 254',
  ])
  const data = stepsOf(of, 'R2', 'packet').concat(stepsOf(of, 'R3', 'packet'))
  expect(data.filter(step => step.step === 'packet' && step.destination === ip('10.9.0.9')).length).toBeLessThanOrEqual(
    2,
  )
})

describe('a hub that starts anew', () => {
  const of = lab([1, 2, 3].map(n => ({ name: `R${n}`, settings: articleRouter(n) })))
  of.simulation.at(seconds(40), () => of.station('R1').perform({ order: 'reload' }))
  of.simulation.run({ until: seconds(41) })
  const justAfter = cacheOf(of, 'R1').size
  of.simulation.run({ until: seconds(120) })

  test('has forgotten everybody, and knows them again within a registration period', () => {
    expect(justAfter).toBe(0)
    expect(cacheOf(of, 'R1').size).toBe(2)
  })

  test('and routes as before', () => {
    expect(of.station('R3').router!.state.routes.lookup(ip('10.0.2.2'))?.route).toMatchObject({
      source: 'eigrp',
      nextHop: ip('10.0.0.2'),
    })
  })
})

test('the second hub takes over when the first is gone', () => {
  const hubs = {
    maps: [
      { protocol: ip('10.9.0.1'), nbma: ip('192.0.2.1') },
      { protocol: ip('10.9.0.2'), nbma: ip('192.0.2.2') },
    ],
    servers: [
      { protocol: ip('10.9.0.1'), priority: 1 },
      { protocol: ip('10.9.0.2'), priority: 2 },
    ],
  }
  const of = lab([
    { name: 'R1', settings: hub },
    { name: 'R2', settings: router('R2', '192.0.2.2', '10.9.0.2', { multicast: { dynamic: true } }) },
    { name: 'R3', settings: router('R3', '192.0.2.3', '10.9.0.3', { ...hubs, holdingTime: 60 }) },
    { name: 'R4', settings: router('R4', '192.0.2.4', '10.9.0.4', { ...hubs, holdingTime: 60 }) },
  ])
  of.simulation.at(seconds(30), () => of.cloud.connect(of.station('R1'), false))
  of.simulation.at(seconds(90), () => of.station('R3').perform({ order: 'ping', destination: ip('10.9.0.4') }))
  of.simulation.run({ until: seconds(110) })
  expect(stepsOf(of, 'R3', 'server state').at(-1)).toMatchObject({ server: ip('10.9.0.1'), state: 'down' })
  expect(stepsOf(of, 'R3', 'ping finished')).toMatchObject([{ answered: [true, true, true, true, true] }])
})

test('retransmissions bear the same id and wait 1.5 to 2, 3 to 4, 6 to 8 seconds …', () => {
  const of = lab([{ name: 'R3', settings: client('R3', '192.0.2.3', '10.9.0.3') }])
  of.simulation.run({ until: seconds(130) })
  const sent = messagesOf(of)
  expect(new Set(sent.map(({ message }) => ('requestId' in message ? message.requestId : 0)))).toEqual(new Set([1]))
  const gaps = sent.slice(1).map(({ at }, index) => (at - sent[index]!.at) / 1_000_000)
  for (const [index, nominal] of [2, 4, 8, 16, 32].entries()) {
    expect(gaps[index]).toBeGreaterThanOrEqual(nominal * 0.75)
    expect(gaps[index]).toBeLessThanOrEqual(nominal)
  }
})

test('a wrong key is told, and gets nothing else', () => {
  const of = lab([
    { name: 'R1', settings: articleRouter(1) },
    { name: 'R3', settings: articleRouter(3, { authentication: 'wrong' }) },
  ])
  of.simulation.run({ until: seconds(3) })
  expect(messagesOf(of).map(({ message }) => message.kind)).toContain('error-indication')
  expect(messagesOf(of).map(({ message }) => message.kind)).not.toContain('registration-reply')
  expect(cacheOf(of, 'R1').size).toBe(0)
})

test('a spoke behind NAT is reached by its public address, and learns it', () => {
  const settings = [1, 2].map(n => articleRouter(n, { profile: 'ios15' }))
  const of = lab(settings.map((each, index) => ({ name: `R${index + 1}`, settings: each })))
  const natted = of.simulation.router('R3', articleRouter(3, { profile: 'ios15' }))
  natted.join(of.cloud, { inside: ip('150.1.3.3'), outside: ip('198.51.100.3') })
  of.simulation.at(seconds(20), () => of.station('R2').perform({ order: 'ping', destination: ip('10.0.3.3') }))
  of.simulation.run({ until: seconds(30) })
  expect(cacheOf(of, 'R1').usable(ip('10.0.0.3'))).toMatchObject({
    nbma: ip('198.51.100.3'),
    claimedNbma: ip('150.1.3.3'),
  })
  expect(natted.router!.state.tunnels[0]!.publicNbma).toBe(ip('198.51.100.3'))
  expect(cacheOf(of, 'R2').usable(ip('10.0.0.3'))).toMatchObject({
    nbma: ip('198.51.100.3'),
    claimedNbma: ip('150.1.3.3'),
  })
  expect(stepsOf(of, 'R2', 'ping finished')).toMatchObject([{ answered: [true, true, true, true, true] }])
})

test('everything heals after loss', () => {
  const of = lab(
    [1, 2, 3].map(n => ({ name: `R${n}`, settings: articleRouter(n) })),
    { loss: 0.2 },
  )
  of.simulation.run({ until: seconds(300) })
  for (const name of ['R1', 'R2', 'R3']) of.cloud.impair(of.station(name), { loss: 0 })
  of.simulation.at(seconds(400), () => of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2') }))
  of.simulation.run({ until: seconds(420) })
  expect(stepsOf(of, 'R3', 'ping finished')).toMatchObject([{ answered: [true, true, true, true, true] }])
})

test('a hub with nothing but maps: not one NHRP packet', () => {
  const spoke = (n: number): Settings => {
    const settings = articleRouter(n, { spokeMode: 'point-to-point' })
    return {
      ...settings,
      interfaces: settings.interfaces.map(each =>
        each.kind === 'tunnel'
          ? { ...each, nhrp: { ...each.nhrp, networkId: undefined, servers: [], maps: [] } }
          : each,
      ),
    }
  }
  const base = articleRouter(1)
  const mapped: Settings = {
    ...base,
    interfaces: base.interfaces.map(each =>
      each.kind === 'tunnel'
        ? {
            ...each,
            nhrp: {
              ...each.nhrp,
              maps: [2, 3].map(n => ({ protocol: ip(`10.0.0.${n}`), length: 32, nbma: ip(`150.1.${n}.${n}`) })),
              multicast: { static: [ip('150.1.2.2'), ip('150.1.3.3')], dynamic: false, servers: false },
            },
          }
        : each,
    ),
  }
  const of = lab([
    { name: 'R1', settings: mapped },
    { name: 'R2', settings: spoke(2) },
    { name: 'R3', settings: spoke(3) },
  ])
  of.simulation.at(seconds(10), () => of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2') }))
  of.simulation.run({ until: seconds(20) })
  expect(messagesOf(of).map(({ message }) => traceOf(message))).toEqual([])
  expect(stepsOf(of, 'R3', 'ping finished')).toMatchObject([{ answered: [true, true, true, true, true] }])
})
