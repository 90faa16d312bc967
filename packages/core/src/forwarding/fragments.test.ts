import { encode, ipv4 } from '@dmvpn/protocols'
import { expect, test } from 'vitest'
import { Random } from '../random.ts'
import { Router } from '../router.ts'
import { settingsOf } from '../settings-draft.ts'
import { datagramOf } from './datagram.ts'
import { fragmentsOf, wholeOf } from './fragments.ts'

const packet = (length: number, identification = 7): Uint8Array =>
  encode(
    ipv4,
    { source: 1, destination: 2, protocol: 89, identification },
    { payload: new Uint8Array(length).map((_, at) => at * 7) },
  )

const state = (): Router['state'] => new Router(settingsOf({}), { random: new Random(1) }).state

/** What comes of packets in an order: those that are whole. */
function wholes(router: Router['state'], fragments: readonly Uint8Array[]): Uint8Array[] {
  return fragments.flatMap(each => {
    const whole = wholeOf(router, datagramOf(each)!)
    return whole === undefined ? [] : [whole.bytes]
  })
}

test('a packet that fits is itself', () => {
  const bytes = packet(100)
  expect(fragmentsOf(bytes, 120)).toEqual([bytes])
  expect(wholes(state(), [bytes])).toEqual([bytes])
})

test.each([121, 576, 1472])('pieces of at most %d octets are the packet again, in any order, once', mtu => {
  const bytes = packet(3000)
  const fragments = fragmentsOf(bytes, mtu)
  expect(fragments.length).toBeGreaterThan(2)
  for (const each of fragments) expect(each.length).toBeLessThanOrEqual(mtu)
  expect(wholes(state(), fragments)).toEqual([bytes])
  expect(wholes(state(), fragments.toReversed())).toEqual([bytes])
  expect(wholes(state(), [fragments[0]!, fragments[0]!, ...fragments.slice(1)])).toEqual([bytes])
})

test('what is missing is missing; another packet does not fill it, and nobody waits for ever', () => {
  const router = state()
  const [first, ...others] = fragmentsOf(packet(2000), 576)
  expect(wholes(router, others)).toEqual([])
  expect(wholes(router, [fragmentsOf(packet(2000, 8), 576)[0]!])).toEqual([])
  router.now += 61_000_000
  expect(wholes(router, [first!])).toEqual([])
})

test('of packets that never end only so many are kept', () => {
  const router = state()
  for (let id = 0; id < 1000; id++) wholes(router, [fragmentsOf(packet(2000, id), 576)[0]!])
  expect(router.fragments.size).toBe(32)
})
