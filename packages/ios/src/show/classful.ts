/** What is left of address classes: IOS groups its routes by them. */
import { type Ipv4, networkOf } from '@dmvpn/wire'

/** The mask length of an address's class A, B or C. */
export function classOf(address: Ipv4): number {
  if (address >>> 31 === 0) return 8
  return address >>> 30 === 2 ? 16 : 24
}

/** The class's network that an address lies in. */
export function majorNetworkOf(address: Ipv4): Ipv4 {
  return networkOf(address, classOf(address))
}
