import { decode, type NhrpExchange, nhrp } from '@dmvpn/protocols'
import { expect, test } from 'vitest'
import { seconds } from '../instant.ts'
import { Random } from '../random.ts'
import { Router } from '../router.ts'
import type { Settings } from '../settings.ts'
import { settingsOf } from '../settings-draft.ts'

interface Client {
  readonly profile?: Settings['profile']
  readonly authentication?: string
  readonly group?: string
  readonly holdingTime?: number
  readonly unique?: boolean
  readonly mtu?: number
  readonly server?: number
  readonly station?: number
}

/** The first registration that a client sends. */
function registrationOf({ profile = 'ios15', server = 0x0a000001, station = 0xac100001, ...nhrpFacts }: Client) {
  const settings = settingsOf({
    profile,
    interfaces: [
      { kind: 'physical', name: 'eth0', addresses: [{ address: 0xac100009, length: 12 }] },
      {
        kind: 'tunnel',
        name: 'Tunnel0',
        mode: 'multipoint',
        source: { kind: 'interface', name: 'eth0' },
        addresses: [{ address: 0x0a000009, length: 16 }],
        nhrp: {
          networkId: 1,
          servers: [{ protocol: server, nbma: station }],
          maps: [{ protocol: server, nbma: station }],
          ...nhrpFacts,
        },
      },
    ],
  })
  const router = new Router(settings, { random: new Random(1) })
  router.wake(seconds(60))
  const sent = router.effects()[0]!
  return sent.effect === 'send' ? (decode(nhrp, sent.bytes.subarray(24)) as NhrpExchange) : undefined
}

/** What a registration says that may differ from client to client. */
function said(client: Client): unknown {
  const { entries, extensions, requestId: _, ...rest } = registrationOf(client)!
  return { entries, extensions, ...rest }
}

test('clients of several clouds that register in turn say what each of them has to say', () => {
  const clients: Client[] = [
    {},
    { authentication: 'one' },
    { authentication: 'two' },
    { group: 'blue' },
    { holdingTime: 77 },
    { unique: false },
    { mtu: 1300 },
    { server: 0x0a000002 },
    { station: 0xac100002 },
    { profile: 'frr' },
  ]
  // Each behind another one, and behind itself.
  for (const client of clients) {
    const alone = [said(client), said(client)][1]
    for (const other of clients) {
      said(other)
      expect(said(client)).toEqual(alone)
    }
  }
  expect(new Set(clients.map(client => JSON.stringify(said(client), bytesAsText))).size).toBe(clients.length)
})

function bytesAsText(_: string, value: unknown): unknown {
  return value instanceof Uint8Array ? [...value] : value
}
