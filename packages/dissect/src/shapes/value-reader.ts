/** Values that are nothing but their octets: how they are read from frames that nobody walks. */
import { type Ipv4, readIpv6, type Value } from '@dmvpn/wire'

/** Reads a value of a frame. `at` is where its layout, or the value itself, begins. */
export type Reader = (view: DataView, at: number) => Value

/** How to read an address that was shown at `at`; undefined where the value is none. */
export function readerOf(view: DataView, at: number, length: number, value: Value): Reader | undefined {
  if (typeof value === 'number') return length === 4 && value === readIpv4(view, at) ? readIpv4 : undefined
  return typeof value === 'bigint' && length === 16 && value === readIpv6(view, at) ? readIpv6 : undefined
}

const readIpv4 = (view: DataView, at: number): Ipv4 => view.getUint32(at)
