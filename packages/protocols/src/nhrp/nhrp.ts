/**
 * NBMA Next Hop Resolution Protocol, RFC 2332, with what Cisco added to it (draft-detienne-dmvpn-01).
 *
 *  +------------------+ 0
 *  | Fixed part       |   20 octets
 *  +------------------+ 20
 *  | Mandatory part   |   to ar$extoff, or to ar$pktsz where ar$extoff is 0
 *  +------------------+ ar$extoff
 *  | Extensions part  |   a list closed by the End extension
 *  +------------------+ ar$pktsz
 */
import { Literals } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'
import { cieFields } from './cie.ts'
import { messageTypeNames } from './codes.ts'
import { extensions as allExtensions } from './extensions/all.ts'
import type { AnyExtensionCodec } from './extensions/extension.ts'
import { extensionsPart } from './extensions-part.ts'
import { fixedPart, shortForm } from './fixed-part.ts'
import { writeInfo, writeInfoWhenStopped } from './info.ts'
import { mandatoryFields } from './mandatory-part.ts'
import { defaultMessage, type Nhrp } from './message.ts'
import { noteOddities, oddityFields } from './oddities.ts'
import { hasRightChecksum, walkNotes, walkPacket } from './packet-walk.ts'
import { sizeOfPacket, writePacket } from './packet-write.ts'
import { nhrpTransactionFields } from './transaction-fields.ts'

const { lens } = fixedPart

const label = 'NBMA Next Hop Resolution Protocol'
const titles = new Literals<number>(
  type => `Next Hop Resolution Protocol (${messageTypeNames.nameOf(type) ?? `Unknown (${type})`})`,
)

/** NHRP with a list of extensions: the project's own, or more. */
export function nhrpWith(codecs: readonly AnyExtensionCodec[]): Protocol<Nhrp> {
  const part = extensionsPart(codecs)
  return protocol<Nhrp>({
    name: 'nhrp',
    label,
    short: 'NHRP',
    over: [
      { table: 'gre.proto', key: 0x2001 },
      { table: 'ip.proto', key: 54 },
      { table: 'llc.iana_pid', key: 3 },
      { table: 'nhrp.quote', key: 0 },
    ],
    fields: [
      shortForm,
      fixedPart,
      ...mandatoryFields,
      ...cieFields,
      ...part.fields,
      ...walkNotes,
      ...oddityFields,
      ...nhrpTransactionFields,
    ],
    defaults: defaultMessage,
    claims: () => ({ size: lens.size, checksum: lens.checksum, extensionOffset: lens.extensionOffset }),
    title: (s, packet) => {
      s.put(titles.of(packet.type))
    },
    titleWhenStopped: (s, view, at, end) => {
      if (end - at < 18) s.text(label)
      else s.put(titles.of(view.getUint8(at + 17)))
    },
    info: writeInfo,
    infoWhenStopped: writeInfoWhenStopped,
    isQuiet: hasRightChecksum,
    walk(c) {
      const start = c.at
      const packet = walkPacket(c, part)
      // A quotation is not its bearer's fault. Who wants one of the notes wants them all.
      if (!c.quoted && c.wants(oddityFields[0]!)) noteOddities(c, start, packet, codecs)
      return packet
    },
    size: packet => sizeOfPacket(packet, part),
    write: (w, packet) => writePacket(w, packet, part),
  })
}

/** NHRP as the project knows it. */
export const nhrp: Protocol<Nhrp> = nhrpWith(allExtensions)
