/**
 * The entries that are about the speakers, not about routes: RFC 7868 §6.6.
 *
 *  Parameters:      |  K1  |  K2  |  K3  |  K4  |  K5  |  K6  |  Hold Time  |
 *  Authentication:  |    Type     |   Length    |           Key ID          |
 *                   |        Key Sequence       |    Padding (64)    | Digest …
 *  Sequence:        | Address length | Address … | again …
 *  Software:        |  major . minor release    |  major . minor of the TLVs |
 *  Next multicast:  |                       Sequence                       |
 *  Peer stub:       |       Flags        |
 */
import {
  expert,
  type Field,
  field,
  type Ipv4,
  type Ipv6,
  type Layout,
  layout,
  type Outline,
  opaque,
  readIpv6,
  shows,
  sizeOfAddress,
  u8,
  u16,
  u32,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { eigrpAuthenticationNames, eigrpDigestLength, eigrpStub } from './eigrp-codes.ts'
import type { EigrpAuthentication, EigrpParameters, EigrpPeerTermination, EigrpSequence } from './eigrp-tlvs.ts'
import { flagText } from './flag-text.ts'

interface ParameterWords {
  readonly k1: number
  readonly k2: number
  readonly k3: number
  readonly k4: number
  readonly k5: number
  readonly k6: number
  readonly holdTime: number
}

export const parameterWords: Layout<ParameterWords> = layout<ParameterWords>('eigrp.par', 'Parameters', {
  k1: u8('eigrp.par.k1', 'K1'),
  k2: u8('eigrp.par.k2', 'K2'),
  k3: u8('eigrp.par.k3', 'K3'),
  k4: u8('eigrp.par.k4', 'K4'),
  k5: u8('eigrp.par.k5', 'K5'),
  k6: u8('eigrp.par.k6', 'K6'),
  holdTime: u16('eigrp.par.holdtime', 'Hold Time'),
})

interface AuthenticationStart {
  readonly type: number
  readonly digestLength: number
  readonly keyId: number
  readonly keySequence: number
  readonly padding: Uint8Array
}

export const authenticationStart: Layout<AuthenticationStart> = layout<AuthenticationStart>(
  'eigrp.auth',
  'Authentication',
  {
    type: u16('eigrp.auth.type', 'Type', { names: eigrpAuthenticationNames }),
    digestLength: u16('eigrp.auth.length', 'Length'),
    keyId: u32('eigrp.auth.keyid', 'Key ID'),
    keySequence: u32('eigrp.auth.keyseq', 'Key Sequence'),
    padding: opaque(8, 'eigrp.nullpad', 'Nullpad'),
  },
)

const version = (word: number): string => `${word >>> 8}.${String(word & 0xff).padStart(2, '0')}`

export const versionWords: Layout<{ readonly release: number; readonly tlvVersion: number }> = layout(
  'eigrp.software',
  'Software Version',
  {
    release: u16('eigrp.release_version', 'EIGRP Release', { text: version }),
    tlvVersion: u16('eigrp.tlv_version', 'EIGRP TLV version', { text: version }),
  },
)

export const multicastSequenceWord: Layout<{ readonly sequence: number }> = layout(
  'eigrp.next_mcast_seq',
  'Next multicast sequence',
  { sequence: u32('eigrp.next_mcast_seq', 'Multicast Sequence') },
)

const set = ['Set', 'Not set'] as const
const stubText = flagText(4, [
  [eigrpStub.connected, 'Connected'],
  [eigrpStub.static, 'Static'],
  [eigrpStub.summary, 'Summary'],
  [eigrpStub.redistributed, 'Redistributed'],
  [eigrpStub.leakMap, 'Leak-Map'],
  [eigrpStub.receiveOnly, 'Receive-Only'],
])

export const stubWord: Layout<{ readonly options: number }> = layout('eigrp.stub_options', 'Peer Stub Information', {
  options: u16('eigrp.stub_options', 'Stub Options', {
    base: 'hex',
    text: stubText,
    shows: [
      shows(15, 1, 'eigrp.stub_options.connected', 'Connected', 'boolean', { truth: set }),
      shows(14, 1, 'eigrp.stub_options.static', 'Static', 'boolean', { truth: set }),
      shows(13, 1, 'eigrp.stub_options.summary', 'Summary', 'boolean', { truth: set }),
      shows(12, 1, 'eigrp.stub_options.redist', 'Redistributed', 'boolean', { truth: set }),
      shows(11, 1, 'eigrp.stub_options.leakmap', 'Leak-Map', 'boolean', { truth: set }),
      shows(10, 1, 'eigrp.stub_options.recvonly', 'Receive-Only', 'boolean', { truth: set }),
    ],
  }),
})

const digest: Field = field('eigrp.auth.digest', 'Digest', 'bytes')
const otherDigest: Field = field('eigrp.auth.data', 'Data', 'bytes')
const addressLength: Field = field('eigrp.seq.addrlen', 'Address length', 'uint8')
const ipv4Address: Field = field('eigrp.seq.ipv4addr', 'IP Address', 'ipv4')
const ipv6Address: Field = field('eigrp.seq.ipv6addr', 'IPv6 Address', 'ipv6')
const termination: Field = field('eigrp.peer_termination.value', 'Value', 'bytes')
const farewell: Field = expert('eigrp.peer_termination', 'Peer Termination', 'note')
const gracefulFarewell: Field = expert(
  'eigrp.peer_termination_graceful',
  'Peer Termination (Graceful Shutdown)',
  'note',
)
const wrongType: Field = expert('eigrp.auth.type.invalid', 'Invalid auth type', 'warning')
const wrongLength: Field = expert('eigrp.auth.length.invalid', 'Invalid auth len', 'warning')
const wrongAddressLength: Field = expert('eigrp.seq.addrlen.invalid', 'Invalid address length', 'error')
const cutShort: Field = expert('eigrp.tlv.truncated', 'Corrupt TLV (Truncated prematurely)', 'error')

export const eigrpGeneralFields: readonly (Outline | Field)[] = [
  parameterWords,
  authenticationStart,
  versionWords,
  multicastSequenceWord,
  stubWord,
  digest,
  otherDigest,
  addressLength,
  ipv4Address,
  ipv6Address,
  termination,
  farewell,
  gracefulFarewell,
  wrongType,
  wrongLength,
  wrongAddressLength,
  cutShort,
]

export function walkParameters(c: PacketCursor): EigrpParameters {
  const words = c.take(parameterWords)
  if (isFarewell(words)) c.note(farewell, 'Peer Termination')
  return { kind: 'parameters', ...words }
}

/** Coefficients that no metric has: the peer takes its leave (RFC 7868 §5.3.3). */
export function isFarewell(words: ParameterWords): boolean {
  const { k1, k2, k3, k4, k5 } = words
  return k1 === 255 && k2 === 255 && k3 === 255 && k4 === 255 && k5 === 255
}

export function walkAuthentication(c: PacketCursor): EigrpAuthentication {
  const at = c.at
  const { type, digestLength, keyId, keySequence, padding } = c.take(authenticationStart)
  const right = eigrpDigestLength(type)
  if (right === undefined) c.note(wrongType, `Invalid auth type ${type}`, at, 2)
  else if (right !== digestLength) c.note(wrongLength, `Invalid auth len ${digestLength}`, at + 2, 2)
  const octets = c.takeBytes(right === digestLength ? digest : otherDigest, digestLength)
  return { kind: 'authentication', type, keyId, keySequence, padding, digest: octets }
}

/** Addresses to the end of the region, or to the first that is none: what follows is left to the caller. */
export function walkSequence(c: PacketCursor): EigrpSequence {
  const addresses: (Ipv4 | Ipv6)[] = []
  while (c.left > 0) {
    const length = c.view.getUint8(c.at)
    const there = (length === 4 || length === 16) && c.left > length
    // An octet that begins no address is one of those left to the caller.
    c.show(addressLength, length, c.at, there ? 1 : 0)
    if (length !== 4 && length !== 16) {
      c.note(wrongAddressLength, 'Invalid address length', c.at, 1)
      break
    }
    if (!there) {
      c.note(cutShort, 'Corrupt TLV (Truncated prematurely)', c.at + 1, 0)
      break
    }
    c.at += 1
    addresses.push(takeAddress(c, length))
  }
  return { kind: 'sequence', addresses }
}

function takeAddress(c: PacketCursor, length: 4 | 16): Ipv4 | Ipv6 {
  const { view, at } = c
  const address = length === 4 ? view.getUint32(at) : readIpv6(view, at)
  c.show(length === 4 ? ipv4Address : ipv6Address, address, at, length)
  c.at += length
  return address
}

export function writeSequence(w: Writer, { addresses }: EigrpSequence): void {
  for (const address of addresses) {
    w.view.setUint8(w.at, sizeOfAddress(address))
    w.at += 1
    w.putAddress(address)
  }
}

export function walkPeerTermination(c: PacketCursor): EigrpPeerTermination {
  c.note(gracefulFarewell, 'Peer Termination (Graceful Shutdown)')
  return { kind: 'peer-termination', value: c.takeRest(termination) }
}
