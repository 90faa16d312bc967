/** ARP for addresses of any sizes, those of sender and target alike. */
import type { Arp } from '@dmvpn/protocols'
import fc from 'fast-check'
import { commonly, exactly, facts, word } from '../values.ts'
import { anyIpv4 } from './addresses.ts'

const ipv4Type = 0x0800

export function anyArp(): fc.Arbitrary<Arp> {
  const sizes = fc.tuple(
    commonly([6, 0, 4, 8, 20], fc.nat(32)),
    commonly([ipv4Type, 0x86dd], word),
    commonly([4, 16, 0], fc.nat(20)),
  )
  return sizes.chain(([hardwareSize, protocolType, protocolSize]) => {
    const protocol: fc.Arbitrary<number | Uint8Array> =
      protocolType === ipv4Type && protocolSize === 4 ? anyIpv4() : exactly(protocolSize)
    return facts<Arp>({
      hardwareType: commonly([1, 6, 3, 768], word),
      protocolType: fc.constant(protocolType),
      operation: commonly([1, 2, 3, 4, 8, 9], word),
      senderHardware: exactly(hardwareSize),
      senderProtocol: protocol,
      targetHardware: exactly(hardwareSize),
      targetProtocol: protocol,
    })
  })
}
