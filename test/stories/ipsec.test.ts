/** Protected tunnels: what waits, what is lost, what is sealed, and when associations end. */
import { seconds } from '@dmvpn/core'
import { open } from '@dmvpn/ipsec'
import { gre, ipv4 } from '@dmvpn/protocols'
import { ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { articleRouter } from './articles.ts'
import { decoded, lab, stepsOf } from './lab.ts'

const espProtocol = 50

describe('the first article: process switching under IPsec', () => {
  const options = {
    holdingTime: 360,
    registrationTimeout: undefined,
    hubRoutes: 'self',
    spokeSwitching: 'process',
    protection: true,
  } as const
  const of = lab([1, 2, 3].map(n => ({ name: `R${n}`, settings: articleRouter(n, options) })))
  of.simulation.at(seconds(20), () => of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2') }))
  of.simulation.run({ until: seconds(60) })

  test('the first ping passes by the hub, at least one is lost, the last passes', () => {
    const [finished] = stepsOf(of, 'R3', 'ping finished')
    const answered = finished?.step === 'ping finished' ? finished.answered : []
    expect(answered[0]).toBe(true)
    expect(answered).toContain(false)
    expect(answered.at(-1)).toBe(true)
    const sent = stepsOf(of, 'R3', 'packet').flatMap(step =>
      step.step === 'packet' && step.destination === ip('10.0.2.2') ? [step.nbma] : [],
    )
    expect(sent[0]).toBe(ip('150.1.1.1'))
    expect(sent.at(-1)).toBe(ip('150.1.2.2'))
  })

  test('the caches of lines 1797 to 1802: no implicit entry, no local one', () => {
    const prefixes = of
      .station('R3')
      .router!.state.tunnels[0]!.cache.sorted()
      .map(({ prefix }) => prefix.address)
    expect(prefixes).toEqual([ip('10.0.0.1'), ip('10.0.2.0')])
  })

  test('who began: the spokes towards the hub, R2 towards R3', () => {
    const role = (name: string, peer: string): boolean | undefined =>
      [...of.station(name).router!.state.crypto.peers.values()].find(each => each.peer === ip(peer))?.isakmp?.initiator
    expect([role('R1', '150.1.2.2'), role('R1', '150.1.3.3'), role('R3', '150.1.2.2')]).toEqual([false, false, false])
  })

  test('nothing of the tunnel crosses the cloud in clear', () => {
    expect(of.frames.filter(({ bytes }) => decoded(bytes).find(gre) !== undefined)).toEqual([])
  })

  test('what is sealed is told apart from IKE, and between spokes there are only data', () => {
    const between = of.frames.filter(({ bytes }) => {
      const outer = decoded(bytes).find(ipv4)
      return (
        outer?.protocol === espProtocol && [outer.source, outer.destination].every(each => each !== ip('150.1.1.1'))
      )
    })
    // A delayed reply, four echoes there and back.
    expect(between.length).toBeGreaterThanOrEqual(7)
    expect(between.length).toBeLessThanOrEqual(12)
  })

  test('the associations open what they sealed', () => {
    const keys = new Map(
      [...of.simulation.stations.values()].flatMap(station => station.keys.map(each => [each.spi.value, each])),
    )
    const verdicts = of.frames.flatMap(({ bytes }) => {
      if (decoded(bytes).find(ipv4)?.protocol !== espProtocol) return []
      const association = keys.get(new DataView(bytes.buffer, bytes.byteOffset).getUint32(20))
      return [association === undefined ? 'no keys' : open(bytes.subarray(20), association).verdict]
    })
    expect(new Set(verdicts)).toEqual(new Set(['icv-good']))
  })

  test('an unused mapping that ends ends its association', () => {
    of.simulation.run({ until: seconds(460) })
    const pairs = [...of.station('R3').router!.state.crypto.peers.values()]
      .filter(each => each.peer === ip('150.1.2.2'))
      .flatMap(each => each.pairs)
    expect(pairs).toEqual([])
    expect(stepsOf(of, 'R2', 'association closed')).toMatchObject([{ peer: ip('150.1.3.3'), because: 'no mapping' }])
  })
})

test('associations to the hub are renewed before they end, without loss', () => {
  const of = lab([1, 3].map(n => ({ name: `R${n}`, settings: articleRouter(n, { protection: true }) })))
  of.simulation.run({ until: seconds(3700) })
  const { crypto } = of.station('R3').router!.state
  expect([...crypto.peers.values()].map(each => each.pairs.length)).toEqual([1])
  expect(stepsOf(of, 'R3', 'neighbor')).toHaveLength(1)
})

test('stations with different keys never agree', () => {
  const settings = articleRouter(3, { protection: true })
  const other = {
    ...settings,
    crypto: { ...settings.crypto, isakmpKeys: [{ key: 'OTHER', peers: { address: 0, length: 0 } }] },
  }
  const of = lab([
    { name: 'R1', settings: articleRouter(1, { protection: true }) },
    { name: 'R3', settings: other },
  ])
  of.simulation.run({ until: seconds(100) })
  expect(stepsOf(of, 'R1', 'negotiation').some(step => step.step === 'negotiation' && step.state === 'failed')).toBe(
    true,
  )
  expect(stepsOf(of, 'R1', 'association opened')).toEqual([])
})
