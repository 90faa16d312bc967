/** Whose ways a station is judged by: given, or inferred from what it sends, with the evidence named. */
import type { ProfileName } from '@dmvpn/core'
import type { Nhrp, NhrpExchange } from '@dmvpn/protocols'
import { sizeOfAddress } from '@dmvpn/wire'
import type { NhrpSeen } from './observation.ts'

/** `rfc2332` judges by the letter: no departure is known. `auto` infers one per station. */
export type JudgingProfile = ProfileName | 'rfc2332' | 'auto'

/** In the order of the documentation. */
export const judgingProfiles: readonly JudgingProfile[] = [
  'auto',
  'rfc2332',
  'ios12',
  'ios124t',
  'ios15',
  'frr',
  'opennhrp',
]

/** What a message tells about its author. */
export interface Evidence {
  readonly profile: ProfileName
  /** How sure: the hop count alone leaves Cisco's releases open. */
  readonly strength: number
  /** One sentence. */
  readonly because: string
}

/**
 * What an unrelayed message says of who wrote it; undefined where it says nothing. The hop counts are different in every
 * family; Cisco's releases differ in the NAT extension, the prefix length they ask with, and the MTU.
 */
export function evidenceIn({ packet, frame }: NhrpSeen): Evidence | undefined {
  if (packet === undefined) return undefined
  const { hopCount, kind } = packet
  const at = `frame ${frame}`
  const said = `${kind.replace('-', ' ')} with hop count ${hopCount}`
  if (hopCount === 64) return { profile: 'frr', strength: 2, because: `${said} in ${at}` }
  if (hopCount === 16) return { profile: 'opennhrp', strength: 2, because: `${said} in ${at}` }
  if (hopCount === 1 && (kind === 'registration-request' || kind === 'traffic-indication')) {
    return { profile: 'frr', strength: 2, because: `${said} in ${at}` }
  }
  if (hopCount === 0 && (kind === 'registration-request' || kind === 'traffic-indication')) {
    return { profile: 'opennhrp', strength: 1, because: `${said} in ${at}` }
  }
  return hopCount === 255 ? ciscoEvidence(packet, said, at) : undefined
}

function ciscoEvidence(packet: Nhrp, said: string, at: string): Evidence | undefined {
  const { kind } = packet
  const nat = packet.extensions.find(each => each.kind === 'nat-address')
  if (kind === 'traffic-indication') {
    return { profile: 'ios15', strength: 0, because: `${said} in ${at}, which IOS before 12.4T does not send` }
  }
  if (kind !== 'registration-request' && kind !== 'resolution-request')
    return ciscoReply(packet, nat !== undefined, said, at)
  const { entries, sourceProtocol } = packet as NhrpExchange
  const [entry] = entries
  if (entry === undefined) return undefined
  if (nat === undefined) return { profile: 'ios12', strength: 2, because: `${said} and no NAT extension in ${at}` }
  const { prefixLength, mtu } = entry
  if (prefixLength === 8 * sizeOfAddress(entry.protocol ?? sourceProtocol)) {
    return {
      profile: 'ios15',
      strength: 2,
      because: `${said}, NAT extension and prefix length ${prefixLength} in ${at}`,
    }
  }
  if (mtu === 1514) {
    return {
      profile: 'ios124t',
      strength: 2,
      because: `${said}, NAT extension, prefix length ${prefixLength} and MTU 1514 in ${at}`,
    }
  }
  return undefined
}

/** A reply copies the request's extensions: what stands in the responder's own record tells. */
function ciscoReply(packet: Nhrp, nat: boolean, said: string, at: string): Evidence | undefined {
  const responder = packet.extensions.find(each => each.kind === 'responder-address')
  const record = responder !== undefined && 'entries' in responder ? responder.entries[0] : undefined
  if (record === undefined) return undefined
  const { prefixLength, protocol, mtu } = record
  if (prefixLength !== 0 && prefixLength === 8 * sizeOfAddress(protocol)) {
    return { profile: 'ios15', strength: 1, because: `${said} and a record of prefix length ${prefixLength} in ${at}` }
  }
  if (mtu !== 1514) return undefined
  return nat
    ? { profile: 'ios124t', strength: 1, because: `${said}, NAT extension and a record of MTU 1514 in ${at}` }
    : { profile: 'ios12', strength: 1, because: `${said}, no NAT extension and a record of MTU 1514 in ${at}` }
}
