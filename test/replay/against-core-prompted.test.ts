/** A router that follows another one's clock: it registers, and sends once more, when it is told to. */
import { type Order, Random, Router, type Settings, seconds, settingsOf } from '@dmvpn/core'
import { dmvpn, type Nhrp, nhrp } from '@dmvpn/protocols'
import { ipv4Of as ip } from '@dmvpn/wire'
import { expect, test } from 'vitest'

const settings: Settings = settingsOf({
  profile: 'frr',
  interfaces: [
    { kind: 'physical', name: 'nbma', addresses: [{ address: ip('150.1.2.2'), length: 24 }] },
    {
      kind: 'tunnel',
      name: 'gre1',
      mode: 'multipoint',
      source: { kind: 'interface', name: 'nbma' },
      addresses: [{ address: ip('10.0.0.2'), length: 32 }],
      nhrp: { networkId: 1, servers: [{ protocol: ip('10.0.0.1'), nbma: ip('150.1.1.1') }], holdingTime: 15 },
    },
  ],
})

const register: Order = { order: 'register', interface: 'gre1', server: ip('150.1.1.1'), family: 'ipv4' }
const resolve: Order = { order: 'resolve', interface: 'gre1', target: ip('10.0.3.1') }

function sent(router: Router): Nhrp[] {
  return router.effects().flatMap(each => {
    const message = each.effect === 'send' ? dmvpn.decode(each.bytes, 228).find(nhrp) : undefined
    return message === undefined ? [] : [message]
  })
}

const router = (prompted: boolean): Router => new Router(settings, { random: new Random(1), prompted })

test('nothing is sent of itself', () => {
  const free = router(false)
  const prompted = router(true)
  free.wake(seconds(100))
  prompted.wake(seconds(100))
  expect(sent(free).length).toBeGreaterThan(3)
  expect(sent(prompted)).toEqual([])
})

test('a registration is sent when it is ordered, and once more with the same id', () => {
  const prompted = router(true)
  prompted.perform(seconds(1), register)
  prompted.perform(seconds(2), register)
  const messages = sent(prompted)
  expect(messages.map(({ kind }) => kind)).toEqual(['registration-request', 'registration-request'])
  expect(messages[0]).toEqual(messages[1])
  prompted.perform(seconds(3), { ...register, server: ip('150.1.9.9') } as Order)
  prompted.perform(seconds(3), { ...register, interface: 'gre9' } as Order)
  expect(sent(prompted)).toEqual([])
})

test('a request is sent when it is ordered, and given up in silence', () => {
  const prompted = router(true)
  prompted.perform(0, register)
  sent(prompted)
  prompted.perform(seconds(1), resolve)
  prompted.perform(seconds(2), resolve)
  const [first, again, ...rest] = sent(prompted)
  expect(first?.kind).toBe('resolution-request')
  expect(again).toEqual(first)
  expect(rest).toEqual([])
  prompted.wake(seconds(60))
  expect(sent(prompted)).toEqual([])
  prompted.perform(seconds(61), resolve)
  expect(sent(prompted)).toHaveLength(1)
})
