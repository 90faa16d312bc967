export { damaged, mutated, type Damage } from './bytes.ts'
export { bitsOf, ofLayout, ofRow } from './of-layout.ts'
export { anyAddress, anyIpv4, anyIpv6, anyMac, anySubaddress, oddAddress } from './packets/addresses.ts'
export {
  anyCie,
  anyErrorIndication,
  anyExchange,
  anyExtension,
  anyKey,
  anyNhrp,
  anyTrafficIndication,
} from './packets/nhrp.ts'
