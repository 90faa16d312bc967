import type { Interface } from '@dmvpn/core'

/** What an IOS interface is, by its name. */
export function kindOfInterface(name: string): Interface['kind'] {
  if (name.startsWith('Tunnel')) return 'tunnel'
  return name.startsWith('Loopback') ? 'loopback' : 'physical'
}
