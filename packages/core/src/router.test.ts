import { expect, test } from 'vitest'
import { seconds } from './instant.ts'
import { Random } from './random.ts'
import { Router } from './router.ts'
import { settingsOf } from './settings-draft.ts'

const nbma = 0xac100001
const overlay = 0x0a000001

function router(n: number): Router {
  const server = n === 0 ? {} : { servers: [{ protocol: overlay, nbma }], maps: [{ protocol: overlay, nbma }] }
  const settings = settingsOf({
    profile: 'ios15',
    interfaces: [
      { kind: 'physical', name: 'eth0', addresses: [{ address: nbma + n, length: 12 }] },
      {
        kind: 'tunnel',
        name: 'Tunnel0',
        mode: 'multipoint',
        source: { kind: 'interface', name: 'eth0' },
        addresses: [{ address: overlay + n, length: 16 }],
        nhrp: { networkId: 1, registrationTimeout: 30, ...server },
      },
    ],
  })
  return new Router(settings, { random: new Random(n) })
}

/** What a router sends from now on goes to the other. */
function pass(from: Router, to: Router, at: number): void {
  for (const effect of from.effects()) if (effect.effect === 'send') to.receive(at, 'nbma', effect.bytes)
}

test('once a registration is answered, the alarm to send it again is void, and nothing comes of waking for it', () => {
  const hub = router(0)
  const spoke = router(1)
  let sent = 0
  // A client begins with a few registrations that follow each other, answered or not.
  for (let round = 0; round < 4; round++) {
    sent = spoke.nextWake!
    spoke.wake(sent)
    if (round < 3) pass(spoke, hub, sent + 10)
    if (round < 3) pass(hub, spoke, sent + 20)
  }
  const again = spoke.nextWake!
  expect(again).toBeGreaterThan(sent)
  pass(spoke, hub, sent + 10)
  pass(hub, spoke, sent + 20)
  // The look at all mappings, once a minute, comes before the next registration, too, and has nothing to look at.
  const next = sent + 20 + seconds(30)
  expect(spoke.nextWake).toBe(next)
  for (const early of [again, seconds(60)]) {
    spoke.wake(early)
    expect([spoke.effects(), spoke.nextWake]).toEqual([[], next])
  }
  spoke.wake(next)
  expect(spoke.effects()).toHaveLength(1)
})

test('nothing comes of a scan that finds nothing and that nobody watches, however late it is', () => {
  const hub = router(0)
  expect(hub.nextWake).toBeUndefined()
  const seen: unknown[] = []
  hub.watch((step, at) => seen.push([step.step, at]))
  expect(hub.nextWake).toBe(seconds(60))
  hub.wake(seconds(130))
  expect(seen).toEqual([
    ['scanned', seconds(60)],
    ['scanned', seconds(120)],
  ])
  hub.watch(undefined)
  expect(hub.nextWake).toBeUndefined()
})
