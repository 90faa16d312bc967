/**
 * One EIGRP entry read and written, RFC 7868 §6.5. The length counts the four octets before the value.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |             Type              |            Length             |
 *  |                            Value …
 */
import {
  expert,
  type Field,
  field,
  type Layout,
  layout,
  type Outline,
  sizeOfAddress,
  u16,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { hexWord } from './checksum-should-be.ts'
import { eigrpAuthenticationNames, eigrpTlvNames, eigrpTlvType } from './eigrp-codes.ts'
import {
  authenticationStart,
  eigrpGeneralFields,
  isFarewell,
  multicastSequenceWord,
  parameterWords,
  stubWord,
  versionWords,
  walkAuthentication,
  walkParameters,
  walkPeerTermination,
  walkSequence,
  writeSequence,
} from './eigrp-general.ts'
import {
  destinationsTitle,
  eigrpExternal,
  eigrpMetric,
  eigrpNextHop,
  eigrpRouteFields,
  sizeOfEigrpDestinations,
  walkEigrpDestinations,
  walkEigrpExternal,
  walkEigrpMetric,
  writeEigrpDestinations,
  writeEigrpExternal,
  writeEigrpMetric,
} from './eigrp-routes.ts'
import type { EigrpTlv, EigrpTlvKind } from './eigrp-tlvs.ts'

interface TlvHeader {
  readonly type: number
  readonly length: number
}

/** What every entry begins with. */
export const eigrpTlvHeader: Layout<TlvHeader> = layout<TlvHeader>('eigrp.tlv', 'EIGRP TLV', {
  type: u16('eigrp.tlv_type', 'Type', { base: 'hex', names: eigrpTlvNames }),
  length: u16('eigrp.tlv.len', 'Length'),
})

const value: Field = field('eigrp.tlv.value', 'Value', 'bytes')
const rest: Field = field('eigrp.tlv.rest', 'Octets behind the value', 'bytes')
const tooShort: Field = expert('eigrp.tlv.len.invalid', 'Corrupt TLV (Length field less than 4)', 'error')
const unknownType: Field = expert('eigrp.tlv_type.unknown', 'Unknown TLV', 'warning')

export const eigrpTlvFields: readonly (Outline | Field)[] = [
  eigrpTlvHeader,
  ...eigrpGeneralFields,
  ...eigrpRouteFields,
  value,
  rest,
  tooShort,
  unknownType,
]

export function walkEigrpTlv(c: PacketCursor): EigrpTlv {
  // An entry that is not all there is not shown: Wireshark's rule.
  c.need('eigrp.tlv', eigrpTlvHeader.size)
  const claimed = c.view.getUint16(c.at + 2)
  if (claimed < eigrpTlvHeader.size) {
    c.open('Corrupt TLV (Length field less than 4)')
    c.note(tooShort, 'Corrupt TLV (Length field less than 4)', c.at, 4)
    c.malformed('eigrp.tlv.len', `is ${claimed}, less than 4`, 'RFC 7868 §6.5', c.at + 2)
  }
  c.need('eigrp.tlv', claimed)
  c.open(nameOf(c.view.getUint16(c.at)))
  const { type, length } = c.take(eigrpTlvHeader)
  c.enter(length - eigrpTlvHeader.size, 'eigrp.tlv.len')
  const tlv = walkValue(c, type)
  const complete = c.left === 0 || tlv.kind === 'peer-termination' ? tlv : { ...tlv, rest: c.takeRest(rest) }
  c.leave()
  if (c.witness !== undefined) c.close(titleOf(complete))
  return complete
}

function walkValue(c: PacketCursor, type: number): EigrpTlv {
  switch (type) {
    case eigrpTlvType.parameters:
      return walkParameters(c)
    case eigrpTlvType.authentication:
      return walkAuthentication(c)
    case eigrpTlvType.sequence:
      return walkSequence(c)
    case eigrpTlvType.softwareVersion:
      return { kind: 'software-version', ...c.take(versionWords) }
    case eigrpTlvType.nextMulticastSequence:
      return { kind: 'next-multicast-sequence', ...c.take(multicastSequenceWord) }
    case eigrpTlvType.peerStub:
      return { kind: 'peer-stub', ...c.take(stubWord) }
    case eigrpTlvType.peerTermination:
      return walkPeerTermination(c)
    case eigrpTlvType.ipv4Internal: {
      const { nextHop } = c.take(eigrpNextHop)
      const metric = walkEigrpMetric(c)
      return { kind: 'ipv4-internal', nextHop, metric, destinations: walkEigrpDestinations(c) }
    }
    case eigrpTlvType.ipv4External: {
      const { nextHop } = c.take(eigrpNextHop)
      const external = walkEigrpExternal(c)
      const metric = walkEigrpMetric(c)
      return { kind: 'ipv4-external', nextHop, external, metric, destinations: walkEigrpDestinations(c) }
    }
    default:
      if (eigrpTlvNames.nameOf(type) === undefined) c.note(unknownType, `Unknown TLV Group (${hexWord(type)})`)
      return { kind: 'unrecognised', type, value: c.takeRest(value) }
  }
}

const typeOfKind: Readonly<Record<Exclude<EigrpTlvKind, 'unrecognised'>, number>> = {
  parameters: eigrpTlvType.parameters,
  authentication: eigrpTlvType.authentication,
  sequence: eigrpTlvType.sequence,
  'software-version': eigrpTlvType.softwareVersion,
  'next-multicast-sequence': eigrpTlvType.nextMulticastSequence,
  'peer-stub': eigrpTlvType.peerStub,
  'peer-termination': eigrpTlvType.peerTermination,
  'ipv4-internal': eigrpTlvType.ipv4Internal,
  'ipv4-external': eigrpTlvType.ipv4External,
}

/** An entry's type on the wire. */
export function eigrpTypeOf(tlv: EigrpTlv): number {
  return tlv.kind === 'unrecognised' ? tlv.type : typeOfKind[tlv.kind]
}

/** Octets of an entry, its type and length included. */
export function sizeOfEigrpTlv(tlv: EigrpTlv): number {
  return eigrpTlvHeader.size + sizeOfValue(tlv) + ('rest' in tlv && tlv.rest !== undefined ? tlv.rest.length : 0)
}

function sizeOfValue(tlv: EigrpTlv): number {
  switch (tlv.kind) {
    case 'parameters':
      return parameterWords.size
    case 'authentication':
      return authenticationStart.size + tlv.digest.length
    case 'sequence':
      return tlv.addresses.reduce<number>((size, address) => size + 1 + sizeOfAddress(address), 0)
    case 'software-version':
      return versionWords.size
    case 'next-multicast-sequence':
      return multicastSequenceWord.size
    case 'peer-stub':
      return stubWord.size
    case 'ipv4-internal':
      return eigrpNextHop.size + eigrpMetric.size + 1 + sizeOfEigrpDestinations(tlv.destinations)
    case 'ipv4-external':
      return (
        eigrpNextHop.size + eigrpExternal.size + 1 + eigrpMetric.size + 1 + sizeOfEigrpDestinations(tlv.destinations)
      )
    default:
      tlv satisfies { readonly kind: 'peer-termination' | 'unrecognised' }
      return tlv.value.length
  }
}

export function writeEigrpTlv(w: Writer, tlv: EigrpTlv): void {
  w.put(eigrpTlvHeader, { type: eigrpTypeOf(tlv), length: sizeOfEigrpTlv(tlv) })
  switch (tlv.kind) {
    case 'parameters':
      w.put(parameterWords, tlv)
      break
    case 'authentication':
      w.put(authenticationStart, { ...tlv, digestLength: tlv.digest.length })
      w.putBytes(tlv.digest)
      break
    case 'sequence':
      writeSequence(w, tlv)
      break
    case 'software-version':
      w.put(versionWords, tlv)
      break
    case 'next-multicast-sequence':
      w.put(multicastSequenceWord, tlv)
      break
    case 'peer-stub':
      w.put(stubWord, tlv)
      break
    case 'ipv4-internal':
    case 'ipv4-external':
      w.put(eigrpNextHop, tlv)
      if (tlv.kind === 'ipv4-external') writeEigrpExternal(w, tlv.external)
      writeEigrpMetric(w, tlv.metric)
      writeEigrpDestinations(w, tlv.destinations)
      break
    default:
      tlv satisfies { readonly kind: 'peer-termination' | 'unrecognised' }
      w.putBytes(tlv.value)
  }
  if ('rest' in tlv && tlv.rest !== undefined) w.putBytes(tlv.rest)
}

function titleOf(tlv: EigrpTlv): string {
  const name = nameOf(eigrpTypeOf(tlv))
  switch (tlv.kind) {
    case 'parameters':
      return isFarewell(tlv) ? 'Parameters: Peer Termination' : name
    case 'authentication':
      return `Authentication ${eigrpAuthenticationNames.nameOf(tlv.type) ?? ''}`
    case 'software-version':
      return `Software Version: EIGRP=${version(tlv.release)}, TLV=${version(tlv.tlvVersion)}`
    case 'next-multicast-sequence':
      return `Next multicast sequence: ${tlv.sequence}`
    case 'ipv4-internal':
    case 'ipv4-external':
      return name + destinationsTitle(tlv.destinations)
    default:
      return name
  }
}

function nameOf(type: number): string {
  return eigrpTlvNames.nameOf(type) ?? `Unknown TLV (${hexWord(type)})`
}

function version(word: number): string {
  return `${word >>> 8}.${word & 0xff}`
}
