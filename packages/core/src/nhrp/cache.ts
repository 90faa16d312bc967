/**
 * The mappings of one tunnel: which NBMA address a protocol address or a network behind it is reached by. An entry
 * knows where it came from, by rank: one of lower rank never replaces one of higher (as FRRouting's nhrpd orders them).
 */
import type { Ipv4 } from '@dmvpn/wire'
import { type Instant, never } from '../instant.ts'
import { contains, covers } from '../prefix.ts'
import { PrefixTable } from '../prefix-table.ts'
import type { Ip, Prefix } from '../settings.ts'

/**
 * `incomplete` a request is out, `negative` it was refused or never answered, `cached` learned from an answer or from
 * another's request, `dynamic` registered here, `nhs` the server a registration succeeded with, `static` configured,
 * `local` an answer this router gave for a network of its own, or its own address.
 */
export type EntryKind = 'incomplete' | 'negative' | 'cached' | 'dynamic' | 'nhs' | 'static' | 'local'

const ranks: Readonly<Record<EntryKind, number>> = {
  incomplete: 1,
  negative: 2,
  cached: 3,
  dynamic: 4,
  nhs: 5,
  static: 6,
  local: 7,
}

export interface EntryFlags {
  /** From a registration, a static map, or this router itself. */
  authoritative: boolean
  /** Another NBMA address for it is refused until it expires. */
  unique: boolean
  registered: boolean
  /** A packet was switched by process over it since the last scan. */
  used: boolean
  /** For a router, or for a network behind one. */
  router: boolean
  /** From the source part of another's request. */
  implicit: boolean
  local: boolean
  /** Never opens an IPsec association. */
  noSocket: boolean
  /** The station announced the NAT address extension. */
  nat: boolean
  /** Installed as a route of its own. */
  rib: boolean
  /** Overrides the next hop of an equal route. */
  nextHopOverride: boolean
}

/** Who was told of an entry, and must be told when it goes. */
export interface Requester {
  readonly protocol: Ip
  readonly nbma: Ipv4
  readonly requestId: number
  readonly expires: Instant
}

export interface CacheEntry {
  readonly prefix: Prefix
  readonly kind: EntryKind
  flags: EntryFlags
  /** The next hop's protocol address. */
  via: Ip
  /** Where packets go; undefined while nothing is known. */
  nbma: Ipv4 | undefined
  /** What the station says its NBMA address is: another one behind NAT. */
  claimedNbma: Ipv4 | undefined
  created: Instant
  expires: Instant
  /** When it is asked for again if packets used it; undefined where a scan or nobody does. */
  refreshAt: Instant | undefined
  /** When an alarm will look at it again; never where none is set. */
  armed: Instant
  mtu: number
  preference: number
  /** Seconds that the last message gave it. */
  holdingTime: number
  /** Why it is negative. */
  code: number
  requesters: readonly Requester[]
  /** The adjacency made of it is old: forwards, and has the next packet ask again. */
  stale: boolean
  /** When a packet last went over it; never where none did. */
  lastUsed: Instant
  /** Whether it still is the one for its prefix. */
  held: boolean
  /** A number that tells it from its successors, as a memory address does. */
  readonly token: number
}

export type EntryFacts = Pick<CacheEntry, 'prefix' | 'kind' | 'via' | 'nbma'> &
  Partial<Omit<CacheEntry, 'flags' | 'held' | 'token'>> & { readonly flags?: Partial<EntryFlags> }

const none: readonly Requester[] = []

export const noFlags: Readonly<EntryFlags> = {
  authoritative: false,
  unique: false,
  registered: false,
  used: false,
  router: false,
  implicit: false,
  local: false,
  noSocket: false,
  nat: false,
  rib: false,
  nextHopOverride: false,
}

export class Cache {
  private readonly entries = new PrefixTable<CacheEntry>()
  private tokens = 0
  /** How many entries there are of the kinds that are asked for again and again. */
  private cached = 0
  private local = 0
  /** What `usable` was asked last, and its answer: most routers ask for their server only. Until entries come or go. */
  private asked: Ip | undefined = undefined
  private answer: CacheEntry | undefined = undefined

  get size(): number {
    return this.entries.size
  }

  /** Whether there is an entry of a kind: most of what looks through all of them looks for those nobody has. */
  hasAny(kind: 'cached' | 'local'): boolean {
    return (kind === 'cached' ? this.cached : this.local) > 0
  }

  private count({ kind }: CacheEntry, by: number): void {
    this.asked = undefined
    if (kind === 'cached') this.cached += by
    else if (kind === 'local') this.local += by
  }

  exact(prefix: Prefix): CacheEntry | undefined {
    return this.entries.exact(prefix)
  }

  /** The entry of the longest prefix that can carry a packet to the address. */
  usable(address: Ip): CacheEntry | undefined {
    if (address !== this.asked) {
      this.asked = address
      this.answer = this.entries.longest(address, carries)
    }
    return this.answer
  }

  /** The entry of the longest prefix, whatever its state. */
  covering(address: Ip): CacheEntry | undefined {
    return this.entries.longest(address)
  }

  /**
   * What a message taught. An entry of higher rank for the same prefix stays as it is (`undefined` comes back); one for
   * the same station is refreshed and keeps its age; any other is replaced. `old` is the entry of the prefix, where the
   * caller has looked it up already.
   */
  learn(
    now: Instant,
    facts: EntryFacts,
    old: CacheEntry | undefined = this.entries.exact(facts.prefix),
  ): { readonly entry: CacheEntry; readonly was: 'new' | 'refreshed' | 'replaced' } | undefined {
    if (old !== undefined && ranks[facts.kind] < ranks[old.kind] && !isExpired(old, now)) return undefined
    if (old !== undefined && old.kind === facts.kind && old.nbma === facts.nbma && !isExpired(old, now)) {
      refresh(old, facts)
      return { entry: old, was: 'refreshed' }
    }
    const entry = this.fresh(now, facts)
    if (old !== undefined) {
      old.held = false
      entry.armed = never
      entry.requesters = facts.requesters ?? old.requesters
      this.count(old, -1)
    }
    this.count(entry, 1)
    this.entries.set(facts.prefix, entry)
    return { entry, was: old === undefined ? 'new' : 'replaced' }
  }

  private fresh(now: Instant, facts: EntryFacts): CacheEntry {
    this.tokens++
    const entry: CacheEntry = {
      prefix: facts.prefix,
      kind: facts.kind,
      flags: { ...noFlags, ...facts.flags },
      via: facts.via,
      nbma: facts.nbma,
      claimedNbma: 'claimedNbma' in facts ? facts.claimedNbma : facts.nbma,
      created: never,
      expires: facts.expires ?? never,
      refreshAt: facts.refreshAt,
      armed: facts.armed ?? never,
      mtu: facts.mtu ?? 0,
      preference: facts.preference ?? 0,
      holdingTime: facts.holdingTime ?? 0,
      code: facts.code ?? 0,
      requesters: facts.requesters ?? none,
      stale: facts.stale ?? false,
      lastUsed: facts.lastUsed ?? never,
      held: true,
      token: this.tokens,
    }
    // Not at once: see `beginning`.
    entry.created = facts.created ?? now
    return entry
  }

  /** Whether it was there. */
  remove(entry: CacheEntry): boolean {
    if (this.entries.exact(entry.prefix) !== entry) return false
    entry.held = false
    this.count(entry, -1)
    return this.entries.delete(entry.prefix)
  }

  /** Entries equal to, inside, or — where the prefix is a host — covering it. */
  matching(prefix: Prefix, isHost: boolean): CacheEntry[] {
    const inside = [...this.entries.values()].filter(each => contains(prefix, each.prefix))
    if (!isHost || inside.length > 0) return inside
    const cover = this.entries.longest(prefix.address, each => covers(each.prefix, prefix.address))
    return cover === undefined ? [] : [cover]
  }

  /** In the order a table is printed. */
  sorted(): CacheEntry[] {
    return this.entries.sorted()
  }

  values(): Iterable<CacheEntry> {
    return this.entries.values()
  }
}

/** Brings an entry up to date: facts that were not told stay. Fact by fact, for servers do little else. */
function refresh(old: CacheEntry, facts: EntryFacts): void {
  if (old.via !== facts.via) old.via = facts.via
  // An old object that is told of a new one costs at the next collection, even where both are the same number.
  if ('claimedNbma' in facts && old.claimedNbma !== facts.claimedNbma) old.claimedNbma = facts.claimedNbma
  if (facts.created !== undefined) old.created = facts.created
  if (facts.expires !== undefined) old.expires = facts.expires
  if ('refreshAt' in facts) old.refreshAt = facts.refreshAt
  if (facts.armed !== undefined) old.armed = facts.armed
  if (facts.mtu !== undefined) old.mtu = facts.mtu
  if (facts.preference !== undefined) old.preference = facts.preference
  if (facts.holdingTime !== undefined) old.holdingTime = facts.holdingTime
  if (facts.code !== undefined) old.code = facts.code
  if (facts.requesters !== undefined) old.requesters = facts.requesters
  if (facts.lastUsed !== undefined) old.lastUsed = facts.lastUsed
  if (facts.flags !== undefined) setFlags(old.flags, facts.flags)
  old.stale = false
}

function setFlags(flags: EntryFlags, told: Partial<EntryFlags>): void {
  flags.authoritative = told.authoritative ?? flags.authoritative
  flags.unique = told.unique ?? flags.unique
  flags.registered = told.registered ?? flags.registered
  flags.used = told.used ?? flags.used
  flags.router = told.router ?? flags.router
  flags.implicit = told.implicit ?? flags.implicit
  flags.local = told.local ?? flags.local
  flags.noSocket = told.noSocket ?? flags.noSocket
  flags.nat = told.nat ?? flags.nat
  flags.rib = told.rib ?? flags.rib
  flags.nextHopOverride = told.nextHopOverride ?? flags.nextHopOverride
}

/** Whether packets can go by it: an NBMA address is known and it is not about this router itself. */
function carries(entry: CacheEntry): boolean {
  return entry.nbma !== undefined && entry.kind !== 'incomplete' && entry.kind !== 'negative' && entry.kind !== 'local'
}

export function isExpired(entry: CacheEntry, now: Instant): boolean {
  return entry.expires <= now
}
