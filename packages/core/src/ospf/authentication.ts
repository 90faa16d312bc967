/** Authentication of packets: nothing, a clear password, or MD5 over packet and key (RFC 2328 appendix D). */
import { createHash } from 'node:crypto'
import {
  encode,
  type OspfAuthentication,
  type OspfMessage,
  type OspfVersion2,
  ospf,
  ospfHeaderSize,
  ospfNoAuthentication,
  sizeOfOspfMessage,
} from '@dmvpn/protocols'
import { wholeSeconds } from '../instant.ts'
import type { RouterState } from '../router-state.ts'
import type { OspfNeighbor, OspfOn, OspfState } from './state.ts'

const passwordSize = 8
const keySize = 16

/** The octets of a packet as they leave by an interface, authenticated as it is configured. */
export function authenticated(router: RouterState, state: OspfState, on: OspfOn, message: OspfMessage): Uint8Array {
  const facts = { version: 2, router: state.routerId, area: on.area, message } as const
  const { authentication } = on.settings
  if (authentication === undefined) return encode(ospf, { ...facts, authentication: ospfNoAuthentication })
  if (authentication.kind === 'simple') {
    return encode(ospf, {
      ...facts,
      authentication: { kind: 'simple', password: padded(authentication.key, passwordSize) },
    })
  }
  state.cryptographic = Math.max(state.cryptographic + 1, wholeSeconds(router.now))
  const signed: OspfAuthentication = {
    kind: 'cryptographic',
    reserved: 0,
    keyId: authentication.keyId,
    sequence: state.cryptographic,
    digest: new Uint8Array(keySize),
  }
  const bytes = encode(ospf, { ...facts, authentication: signed })
  const length = ospfHeaderSize + sizeOfOspfMessage(message)
  bytes.set(digestOf(bytes.subarray(0, length), authentication.key), length)
  return bytes
}

/** Why a packet is not taken for one of somebody with the interface's key; undefined where it is. */
export function authenticationFault(
  on: OspfOn,
  neighbor: OspfNeighbor | undefined,
  packet: OspfVersion2,
  bytes: Uint8Array,
): string | undefined {
  const { authentication: wanted } = on.settings
  const given = packet.authentication
  const otherKind = 'another kind of authentication'
  if (wanted === undefined) return given.kind === 'null' ? undefined : otherKind
  if (wanted.kind === 'simple') {
    if (given.kind !== 'simple') return otherKind
    return sameOctets(given.password, padded(wanted.key, passwordSize)) ? undefined : 'another password'
  }
  if (given.kind !== 'cryptographic') return otherKind
  if (given.keyId !== wanted.keyId) return 'another key id'
  if (neighbor !== undefined && given.sequence < neighbor.cryptographic) return 'an old cryptographic sequence number'
  const length = ospfHeaderSize + sizeOfOspfMessage(packet.message)
  return sameOctets(given.digest, digestOf(bytes.subarray(0, length), wanted.key)) ? undefined : 'a wrong digest'
}

/** RFC 2328 §D.4.3: the key stands behind the packet while the digest is taken. */
function digestOf(packet: Uint8Array, key: string): Uint8Array {
  return new Uint8Array(createHash('md5').update(packet).update(padded(key, keySize)).digest())
}

function padded(key: string, size: number): Uint8Array {
  const octets = new Uint8Array(size)
  for (let at = 0; at < Math.min(key.length, size); at++) octets[at] = key.charCodeAt(at) & 0xff
  return octets
}

function sameOctets(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, at) => octet === other[at])
}
