/** `show ip nhrp multicast`: to whom copies of multicast packets go. */
import { multicastStations, type RouterState } from '@dmvpn/core'
import { formatIpv4 } from '@dmvpn/wire'

export function showIpNhrpMulticast(router: RouterState): readonly string[] {
  const lines = router.tunnels.flatMap(tunnel => {
    if (tunnel.settings.mode === 'point-to-point') return []
    const isStatic = new Set(tunnel.nhrp.multicast.static)
    return [...multicastStations(tunnel)].map(
      nbma =>
        `${tunnel.name.padEnd(9)} ${formatIpv4(nbma).padEnd(15)} Flags: ${isStatic.has(nbma) ? 'static' : 'dynamic'}`,
    )
  })
  return ['  I/F     NBMA address', ...lines]
}
