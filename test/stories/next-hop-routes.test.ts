/** A static route that names only its next hop leads where one leads that names the tunnel as well. */
import { forwardingState, type ProfileName, type Settings, seconds } from '@dmvpn/core'
import { ipv4Of as ip } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { articleRouter } from './articles.ts'
import { type Lab, lab, messagesOf, stepsOf, traceOf } from './lab.ts'

/** A hub that redirects and two spokes, all with static routes out of `Tunnel0`, or by next hops alone. */
function pinged(profile: ProfileName, out: 'Tunnel0' | undefined): Lab {
  const of = lab([1, 2, 3].map(n => ({ name: `R${n}`, settings: routed(n, profile, out) })))
  of.simulation.at(seconds(20), () =>
    of.station('R3').perform({ order: 'ping', destination: ip('10.0.2.2'), source: ip('10.0.3.3') }),
  )
  of.simulation.run({ until: seconds(28) })
  return of
}

function routed(n: number, profile: ProfileName, out: 'Tunnel0' | undefined): Settings {
  const settings = articleRouter(n, { profile, redirect: true, holdingTime: 600 })
  const to = (address: string, length: number, nextHop: string): Settings['routes'][number] => ({
    prefix: { address: ip(address), length },
    nextHop: ip(nextHop),
    interface: out,
    distance: 1,
  })
  const ofHub = [2, 3].map(spoke => to(`10.0.${spoke}.0`, 24, `10.0.0.${spoke}`))
  return { ...settings, eigrp: [], routes: n === 1 ? ofHub : [to('10.0.0.0', 16, '10.0.0.1')] }
}

const traces = (of: Lab): string[] => messagesOf(of).map(({ at, message }) => `${at} ${traceOf(message)}`)

describe.each(['ios12', 'ios15', 'frr'] as const)('%s', profile => {
  const named = pinged(profile, 'Tunnel0')
  const unnamed = pinged(profile, undefined)

  test('the same messages, answers to both spokes among them', () => {
    expect(traces(unnamed)).toEqual(traces(named))
    for (const asked of ['10.0.2.2', '10.0.3.3'])
      expect(traces(unnamed)).toContainEqual(expect.stringMatching(`resolution-reply .* > ${asked} `))
  })

  test('every ping by the same ways, the last one straight', () => {
    const stations = (of: Lab): unknown[] =>
      stepsOf(of, 'R3', 'packet').flatMap(step =>
        step.step === 'packet' && step.destination === ip('10.0.2.2') ? [step.nbma] : [],
      )
    expect(stations(unnamed)).toEqual(stations(named))
    expect(stations(unnamed).at(-1)).toBe(ip('150.1.2.2'))
  })

  test('the forwarding table says what it says with the tunnel named', () => {
    const shown = (of: Lab): unknown =>
      ['10.0.2.2', '10.0.1.1', '10.0.0.1'].map(each => forwardingState(of.station('R3').router!.state, ip(each)))
    expect(shown(unnamed)).toEqual(shown(named))
  })
})
