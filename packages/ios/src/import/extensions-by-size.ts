/**
 * Which extensions a packet has whose text shows none of them: those its sender is known to write, as many records as
 * fill the printed size, and a password of the octets that are left.
 *
 *     size = fixed and mandatory part + 4 for each extension + its entries + the password + 4 for the End extension
 */
import { type ExtensionKind, type Profile, type ProfileName, profiles } from '@dmvpn/core'
import { registrationFlag } from '@dmvpn/protocols'
import type { PrintedPacket } from './printed-packet.ts'
import { octetsOf } from './whole.ts'

/** The extensions of a packet, before what is in them. */
export interface ExtensionLayout {
  readonly profile: Profile
  /** In the order of the wire, with the number of entries each holds. */
  readonly records: readonly (readonly [kind: RecordKind, entries: number])[]
  /** Octets of the password; undefined without an authentication extension. */
  readonly passwordLength: number | undefined
  /** Octets of the group's name in a vendor extension; undefined without one. */
  readonly groupLength: number | undefined
  /** Octets behind the End extension. */
  readonly trailing: number
  /** Whether there is an extensions part at all. */
  readonly any: boolean
}

type RecordKind = Exclude<ExtensionKind, 'authentication' | 'vendor-private'>

/** What else is known. */
export interface LayoutHints {
  /** Servers that the request of a reply passed. */
  readonly requestHops: number | undefined
  /** Of other packets of the log: `none`, a length, or undefined where none tells. */
  readonly passwordLength: number | 'none' | undefined
}

/** Servers on the way that are thinkable. */
const farthest = 16
/** Head of an extension. */
const head = 4
/** A vendor's number, and type and length of the group's name. */
const groupHead = 5
const longestPassword = 8
/** Type of an authentication, before the password. */
const passwordHead = 4

/** The layouts that fill `left` octets behind the mandatory part, the likeliest first. */
export function* layoutsOfSize(packet: PrintedPacket, left: number, hints: LayoutHints): Generator<ExtensionLayout> {
  const names = profilesFor(packet)
  if (left === 0) {
    yield {
      profile: profiles[names[0]!],
      records: [],
      passwordLength: undefined,
      groupLength: undefined,
      trailing: 0,
      any: false,
    }
    return
  }
  for (const name of names) {
    const profile = profiles[name]
    for (const { records, trailing } of recordsOf(packet, profile, hints)) {
      const sizes = records.map(([, entries]) => head + entries * sizeOfEntry(packet))
      const rest = left - sizes.reduce((sum, each) => sum + each, head + trailing)
      for (const optional of optionalParts(packet, profile, rest, hints))
        yield { profile, records, trailing, any: true, ...optional }
    }
  }
}

/** A record of an IPv4 station on the outside. */
function sizeOfEntry({ sourceProtocol }: PrintedPacket): number {
  return 12 + 4 + octetsOf(sourceProtocol)
}

/** Whose habits a packet may show, the likeliest first: hop counts and the NAT flag give them away. */
function profilesFor({ hopCount = 255, flags = 0, extensionOffset }: PrintedPacket): readonly ProfileName[] {
  const natted = (flags & registrationFlag.nat) !== 0
  const later = natted || extensionOffset !== undefined
  const cisco: readonly ProfileName[] = later ? ['ios15', 'ios124t', 'ios12'] : ['ios12', 'ios15', 'ios124t']
  if (hopCount > profiles.frr.hopCount.request) return cisco
  return hopCount > profiles.opennhrp.hopCount.request || hopCount === profiles.frr.hopCount.registration
    ? ['frr', 'opennhrp', ...cisco]
    : ['opennhrp', 'frr', ...cisco]
}

interface Records {
  readonly records: ExtensionLayout['records']
  readonly trailing: number
}

function* recordsOf(packet: PrintedPacket, profile: Profile, hints: LayoutHints): Generator<Records> {
  const kinds = kindsOf(packet, profile)
  const trailing = packet.kind === 'error-indication' ? profile.error.trailing : 0
  for (const counts of countsOf(packet, profile, hints)) {
    const records = profile.extensionOrder.flatMap(kind =>
      kinds.includes(kind) && kind !== 'authentication' && kind !== 'vendor-private'
        ? [[kind, counts[kind]] as const]
        : [],
    )
    yield { records, trailing }
  }
}

function kindsOf({ kind }: PrintedPacket, profile: Profile): readonly ExtensionKind[] {
  switch (kind) {
    case 'purge-request':
    case 'purge-reply':
      return profile.purge.extensions
    case 'traffic-indication':
      return profile.indication.extensions.filter(each => each !== 'nat-address' || profile.natExtension)
    case 'error-indication':
      return profile.error.extensions
    default:
      return profile.extensionOrder.filter(each => each !== 'nat-address' || profile.natExtension)
  }
}

type Counts = Readonly<Record<RecordKind, number>>

/** How many entries the records may have. */
function* countsOf(packet: PrintedPacket, profile: Profile, hints: LayoutHints): Generator<Counts> {
  const { kind, hopCount = 0 } = packet
  const passed = Math.max(0, initialHops(kind, profile) - hopCount)
  if (passed > farthest) return
  const isReply = kind.endsWith('-reply')
  const forward = isReply ? forwards(hints) : [passed]
  const nat = kind.startsWith('registration')
    ? isReply
      ? [1, 2, 0]
      : [1, 0]
    : kind.startsWith('resolution')
      ? [0, 1]
      : [0]
  for (const natEntries of nat)
    for (const forwardEntries of forward)
      yield {
        'responder-address': isReply ? 1 : 0,
        'forward-transit': forwardEntries,
        'reverse-transit': isReply ? passed : 0,
        'nat-address': natEntries,
      }
}

function forwards({ requestHops }: LayoutHints): readonly number[] {
  const any = Array.from({ length: farthest + 1 }, (_, count) => count)
  return requestHops === undefined ? any : [requestHops, ...any.filter(each => each !== requestHops)]
}

function initialHops(kind: PrintedPacket['kind'], { hopCount }: Profile): number {
  switch (kind) {
    case 'resolution-request':
      return hopCount.request
    case 'registration-request':
      return hopCount.registration
    case 'purge-request':
      return hopCount.purge
    case 'error-indication':
      return hopCount.error
    case 'traffic-indication':
      return hopCount.indication
    case 'resolution-reply':
    case 'registration-reply':
    case 'purge-reply':
      return hopCount.reply
    default:
      return kind satisfies never
  }
}

type Optional = Pick<ExtensionLayout, 'passwordLength' | 'groupLength'>

/** A password, a group's name, both or neither in exactly so many octets. */
function* optionalParts(
  { kind }: PrintedPacket,
  profile: Profile,
  octets: number,
  { passwordLength: known }: LayoutHints,
): Generator<Optional> {
  if (octets === 0) yield { passwordLength: undefined, groupLength: undefined }
  const alone = octets - head - passwordHead
  if (alone >= 1 && alone <= longestPassword) yield { passwordLength: alone, groupLength: undefined }
  if (!kind.startsWith('registration') || !profile.natExtension) return
  const passwords = known === undefined ? [undefined] : known === 'none' ? [undefined] : [known]
  for (const passwordLength of passwords) {
    const groupLength =
      octets - head - groupHead - (passwordLength === undefined ? 0 : head + passwordHead + passwordLength)
    if (groupLength >= 1 && groupLength <= 0xff) yield { passwordLength, groupLength }
  }
}
