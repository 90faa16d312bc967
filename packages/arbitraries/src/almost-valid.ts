/** Packets with exactly one fault each, and what a decoder should say of it. */
import type { AnyProtocol } from '@dmvpn/protocols'
import fc from 'fast-check'
import { espFlaws } from './almost-valid/esp.ts'
import type { AlmostValid, Flaw } from './almost-valid/flaw.ts'
import { greFlaws } from './almost-valid/gre.ts'
import { ipv4Flaws, ipv6Flaws, udpFlaws } from './almost-valid/ip.ts'
import { nhrpFlaws } from './almost-valid/nhrp.ts'
import { nhrpExtensionFlaws } from './almost-valid/nhrp-extensions.ts'
import { nhrpMandatoryFlaws } from './almost-valid/nhrp-mandatory.ts'

/** Every way to be wrong that there are packets of. */
export const flaws: readonly Flaw[] = [
  ...nhrpFlaws,
  ...nhrpMandatoryFlaws,
  ...nhrpExtensionFlaws,
  ...greFlaws,
  ...ipv4Flaws,
  ...ipv6Flaws,
  ...udpFlaws,
  ...espFlaws,
]

/** Packets with one fault: of one protocol, or of all that there are flaws of. */
export function almostValid(protocol?: AnyProtocol): fc.Arbitrary<AlmostValid> {
  const wanted = protocol === undefined ? flaws : flaws.filter(flaw => flaw.protocol === protocol)
  if (wanted.length === 0) throw new RangeError(`there are no flaws of ${protocol?.name ?? 'anything'}`)
  return fc.oneof(...wanted.map(({ packets }) => packets))
}
