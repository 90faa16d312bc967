/** GRE: RFC 2784 with key and sequence number, RFC 1701's routing, PPTP's enhanced form, WCCP's redirect header. */
import type { Gre, SourceRouteEntry, WccpRedirect } from '@dmvpn/protocols'
import fc from 'fast-check'
import { alone, type Place, selector } from '../place.ts'
import { bitsOf, facts, long, mostly, octet, octets, word } from '../values.ts'

const ppp = 0x880b
const wccp = 0x883e
/** What 3GPP2's A10 connections carry: bit 8 announces an acknowledgment number, as in enhanced GRE. */
const acknowledging: ReadonlySet<number> = new Set([0x8881, 0x88d2])

/** Facts that have a place in some headers only, before it is known in which. */
interface Draft extends Gre {
  readonly call: number
}

export function anyGre(place: Place = alone): fc.Arbitrary<Gre> {
  return facts<Draft>({
    protocol: anyProtocol(place),
    version: mostly(0, fc.oneof(fc.constant(1), bitsOf(3))),
    checksummed: mostly(false, fc.boolean(), 1),
    key: fc.option(long, { nil: undefined }),
    callId: fc.constant(undefined),
    call: word,
    sequence: fc.option(long, { nil: undefined }),
    acknowledgment: fc.option(long, { nil: undefined }),
    routing: mostly<readonly SourceRouteEntry[] | undefined>(undefined, anyRouting(), 6),
    strictSourceRoute: mostly(false, fc.boolean(), 6),
    recursion: mostly(0, bitsOf(3), 6),
    reserved: mostly(0, bitsOf(5), 6),
    offset: mostly(0, word),
    redirect: fc.option(anyRedirect(), { nil: undefined }),
  }).map(agreeing)
}

/** Leaves the facts that a header of this version and protocol has. */
function agreeing({ call, ...draft }: Draft): Gre {
  const { protocol, version, key, acknowledgment, reserved, offset, redirect } = draft
  const enhanced = protocol === ppp && version !== 0
  const acknowledges = enhanced || acknowledging.has(protocol)
  return {
    ...draft,
    key: enhanced ? undefined : key,
    callId: enhanced && key !== undefined ? call : undefined,
    acknowledgment: acknowledges ? acknowledgment : undefined,
    reserved: acknowledges ? reserved & 15 : reserved,
    offset: draft.checksummed || draft.routing !== undefined ? offset : 0,
    redirect: protocol === wccp ? redirect : undefined,
  }
}

function anyProtocol(place: Place): fc.Arbitrary<number> {
  const { carries } = place
  if (carries === 'data') return selector(place, 'gre.proto', 16, 0).filter(number => number !== wccp)
  if (carries === 'nothing')
    return fc.oneof(selector(place, 'gre.proto', 16, 0), fc.constantFrom(ppp, wccp, 0x8881, 0x88d2))
  // WCCP redirects IPv4.
  return carries.key === 0x0800 ? mostly(0x0800, fc.constant(wccp)) : fc.constant(carries.key)
}

/** Entries up to the one of length 0 that closes the list. */
function anyRouting(): fc.Arbitrary<readonly SourceRouteEntry[]> {
  const entry = facts<SourceRouteEntry>({ addressFamily: word, offset: octet, information: octets(16, 1) })
  const last: SourceRouteEntry = { addressFamily: 0, offset: 0, information: new Uint8Array(0) }
  return fc.array(entry, { maxLength: 3 }).map(list => [...list, last])
}

/** The first four bits must not read as the version of an IPv4 header. */
function anyRedirect(): fc.Arbitrary<WccpRedirect> {
  return facts<WccpRedirect>({
    dynamicService: fc.boolean(),
    alternativeBucketUsed: fc.boolean(),
    unavailable: fc.boolean(),
    reserved: bitsOf(5),
    service: octet,
    alternativeBucket: octet,
    primaryBucket: octet,
  }).map(header => {
    const { dynamicService, alternativeBucketUsed, unavailable, reserved } = header
    const readsAsIpv4 = alternativeBucketUsed && !dynamicService && !unavailable && reserved >>> 4 === 0
    return readsAsIpv4 ? { ...header, dynamicService: true } : header
  })
}
