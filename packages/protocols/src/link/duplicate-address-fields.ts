/** What a session says of an IPv4 address that another station was seen to have. */
import { expert, type Field, generated } from '@dmvpn/wire'

export const duplicateAddressFrame: Field = generated(
  'arp.duplicate-address-frame',
  'Frame showing earlier use of IP address',
  'frame-number',
)
export const duplicateAddressAge: Field = generated(
  'arp.seconds-since-duplicate-address-frame',
  'Seconds since earlier frame seen',
  'uint32',
)
export const duplicateAddressDetected: Field = expert(
  'arp.duplicate-address-detected',
  'Duplicate IP address configured',
  'warning',
)

/** For the catalogue of ARP. */
export const duplicateAddressFields: readonly Field[] = [
  duplicateAddressFrame,
  duplicateAddressAge,
  duplicateAddressDetected,
]
