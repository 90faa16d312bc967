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

/** When it wants to be woken, as far as it foresees that. */
function wakesOf(of: Router): number[] {
  const wakes = [0, 0, 0, 0]
  of.foresee(wakes, 1)
  expect([wakes[0], wakes[1]]).toEqual([0, of.nextWake])
  return wakes.slice(1).filter(Number.isFinite)
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
  expect(wakesOf(spoke)).toEqual([again])
  pass(spoke, hub, sent + 10)
  pass(hub, spoke, sent + 20)
  // The look at all mappings, once a minute, comes before the next registration, and has nothing to look at.
  const next = sent + 20 + seconds(30)
  expect(wakesOf(spoke)).toEqual([again, seconds(60), next])
  const asleep = wakesOf(spoke)
  spoke.wake(again)
  expect([spoke.effects(), wakesOf(spoke)]).toEqual([[], asleep.slice(1)])
  spoke.wake(seconds(60))
  expect([spoke.effects(), wakesOf(spoke)]).toEqual([[], asleep.slice(2)])
  spoke.wake(next)
  expect(spoke.effects()).toHaveLength(1)
})

test('nothing comes of a scan that finds nothing and that nobody watches, however late it is', () => {
  const hub = router(0)
  expect(wakesOf(hub)).toEqual([seconds(60), seconds(120)])
  const seen: unknown[] = []
  hub.watch((step, at) => seen.push([step.step, at]))
  expect(wakesOf(hub)).toEqual([seconds(60)])
  hub.wake(seconds(130))
  expect(seen).toEqual([
    ['scanned', seconds(60)],
    ['scanned', seconds(120)],
  ])
  hub.watch(undefined)
  expect(wakesOf(hub)).toEqual([seconds(180), seconds(240)])
})
