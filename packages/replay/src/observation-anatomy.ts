/**
 * An NHRP message taken apart by its own lengths alone, as far as they lead: where its parts stand, which is asked
 * before it is asked what they say. RFC 2332 §5.2, §5.3.
 */

export interface EntryPlace {
  /** Octets from `ar$afn`. */
  readonly at: number
  readonly end: number
  /** As it stands in the octets, reserved bits included. */
  readonly nbmaLength: number
  readonly subaddressLength: number
  readonly protocolLength: number
}

export interface ExtensionPlace {
  readonly at: number
  readonly type: number
  readonly compulsory: boolean
  readonly reserved: boolean
  readonly length: number
  /** Entries of record extensions. */
  readonly entries: readonly EntryPlace[]
  /** Octets behind the last whole entry. */
  readonly leftover: number
}

export interface Anatomy {
  readonly size: number
  readonly checksum: number
  readonly extensionOffset: number
  readonly version: number
  readonly type: number
  /** Where the addresses end. */
  readonly addressesEnd: number
  /** Where the mandatory part ends: `ar$extoff`, or `ar$pktsz` where that is 0. */
  readonly mandatoryEnd: number
  /** Of types 1 to 6. */
  readonly entries: readonly EntryPlace[]
  /** Octets left in the mandatory part behind the entries. */
  readonly leftover: number
  readonly extensions: readonly ExtensionPlace[]
  /** Where the last extension ends. */
  readonly extensionsEnd: number
  /** Whether the length of the last extension leads out of the packet. */
  readonly overrun: boolean
}

/** Fixed part and the beginning of the mandatory part. */
export const leastSize = 28

const lengthMask = 0x3f
const entryStart = 12

/** The parts of a message; undefined where not even its fixed part is there. */
export function anatomyOf(octets: Uint8Array): Anatomy | undefined {
  if (octets.length < leastSize) return undefined
  const size = wordAt(octets, 10)
  const extensionOffset = wordAt(octets, 14)
  const type = octets[17]!
  const end = Math.min(size, octets.length)
  const addressesEnd = leastSize + (octets[18]! & lengthMask) + (octets[19]! & lengthMask) + octets[20]! + octets[21]!
  const mandatoryEnd = extensionOffset === 0 ? size : extensionOffset
  const lists = type >= 1 && type <= 6
  const { entries, leftover } = lists ? entriesIn(octets, addressesEnd, Math.min(mandatoryEnd, end)) : noEntries
  const extensions: ExtensionPlace[] = []
  let at = extensionOffset === 0 ? end : Math.max(extensionOffset, addressesEnd)
  let overrun = false
  while (at + 4 <= end) {
    const word = wordAt(octets, at)
    const length = wordAt(octets, at + 2)
    if (at + 4 + length > end) {
      overrun = true
      break
    }
    const kind = word & 0x3fff
    const holds = recordTypes.has(kind) && !(kind === 9 && length === 8)
    const { entries: inside, leftover: rest } = holds ? entriesIn(octets, at + 4, at + 4 + length) : noEntries
    extensions.push({
      at,
      type: kind,
      compulsory: (word & 0x8000) !== 0,
      reserved: (word & 0x4000) !== 0,
      length,
      entries: inside,
      leftover: rest,
    })
    at += 4 + length
    if (kind === 0) break
  }
  return {
    size,
    checksum: wordAt(octets, 12),
    extensionOffset,
    version: octets[16]!,
    type,
    addressesEnd,
    mandatoryEnd,
    entries,
    leftover,
    extensions,
    extensionsEnd: at,
    overrun,
  }
}

/** Extensions that hold client information entries. */
export const recordTypes: ReadonlySet<number> = new Set([3, 4, 5, 9])

interface Entries {
  readonly entries: readonly EntryPlace[]
  readonly leftover: number
}

const noEntries: Entries = { entries: [], leftover: 0 }

function wordAt(octets: Uint8Array, at: number): number {
  return (octets[at]! << 8) | octets[at + 1]!
}

function entriesIn(octets: Uint8Array, from: number, to: number): Entries {
  if (to - from < entryStart) return to <= from ? noEntries : { entries: noEntries.entries, leftover: to - from }
  const entries: EntryPlace[] = []
  let at = from
  while (to - at >= entryStart) {
    const nbmaLength = octets[at + 8]!
    const subaddressLength = octets[at + 9]!
    const protocolLength = octets[at + 10]!
    const end = at + entryStart + (nbmaLength & lengthMask) + (subaddressLength & lengthMask) + protocolLength
    if (end > to) break
    entries.push({ at, end, nbmaLength, subaddressLength, protocolLength })
    at = end
  }
  return { entries, leftover: Math.max(0, to - at) }
}
