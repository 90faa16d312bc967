import { settingsOf, seconds } from '@dmvpn/core'
import { ipv4Of as ip } from '@dmvpn/wire'
import { test } from 'vitest'
import { labWith, processOf, until } from './network.ts'
const n = (k: number) => `${Math.floor(k / 250)}.${(k % 250) + 1}`
function cloud(count: number, network: 'broadcast' | 'point-to-multipoint') {
  const settings = new Map()
  for (let k = 0; k <= count; k++) {
    const hub = k === 0
    settings.set(`R${k}`, settingsOf({ hostname: `R${k}`, interfaces: [
      { kind: 'loopback', name: 'Loopback0', addresses: [{ address: ip(`150.1.${n(k)}`), length: 32 }] },
      { kind: 'loopback', name: 'Loopback1', addresses: [{ address: ip(`10.1.${n(k)}`), length: 32 }] },
      { kind: 'tunnel', name: 'Tunnel0', addresses: [{ address: ip(`10.0.${n(k)}`), length: 16 }], mode: 'multipoint', source: { kind: 'interface', name: 'Loopback0' }, key: 1,
        nhrp: { networkId: 1, holdingTime: 600, ...(hub ? { multicast: { dynamic: true } } : { maps: [{ protocol: ip('10.0.0.1'), nbma: ip('150.1.0.1') }], servers: [{ protocol: ip('10.0.0.1') }], multicast: { static: [ip('150.1.0.1')] } }) },
        ospf: { network, priority: hub ? 1 : 0 } },
    ], ospf: [{ processId: 1, networks: [{ address: ip('10.0.0.0'), wildcard: ip('0.255.255.255'), area: 0 }] }] }))
  }
  return labWith(settings)
}
test.each([[130, 'point-to-multipoint']] as const)('%d %s', (count, network) => {
  const of = cloud(count, network)
  const t = performance.now()
  of.simulation.at(seconds(130), () => of.station('R7').perform({ order: 'reload' }))
  until(of, 250)
  const states = new Map<string, number>()
  for (let k = 1; k <= count; k++) for (const on of processOf(of, `R${k}`).interfaces.values()) for (const nb of on.neighbors.values()) states.set(nb.state, (states.get(nb.state) ?? 0) + 1)
  console.log(count, network, Math.round(performance.now() - t), 'ms', of.frames.length, 'frames', [...states], processOf(of, 'R1').routes.size, processOf(of, 'R0').routes.size)
})
