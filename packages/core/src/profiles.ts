/**
 * Whose habits a router has: one column of facts per implementation. Where an implementation was not observed the column
 * holds what RFC 2332 says or what the neighbouring release does.
 */
import { resolutionFlag } from '@dmvpn/protocols'

/** `ios12` IOS 12.4 before the T train, `ios124t` 12.4(6)T and later, `ios15` IOS 15 and XE, FRRouting's nhrpd, OpenNHRP. */
export type ProfileName = 'ios12' | 'ios124t' | 'ios15' | 'frr' | 'opennhrp'

/** Which prefix length a client information entry says: none, nothing known, or the length of the whole address. */
export type PrefixLength = 0 | 255 | 'host'

export type ExtensionKind =
  | 'responder-address'
  | 'forward-transit'
  | 'reverse-transit'
  | 'authentication'
  | 'nat-address'
  | 'vendor-private'

/** How long to wait before what was not answered is sent again: `waits[n]` seconds after attempt n, the last repeated. */
export interface Retry {
  readonly waits: readonly number[]
  /** The least factor of a wait; 1 is no jitter. */
  readonly jitter: number
  /** Attempts after which a resolution is given up. */
  readonly attempts: number
}

export interface Profile {
  readonly name: ProfileName
  /** Outer header of what the tunnel sends. */
  readonly outer: {
    readonly ttl: number
    /** DSCP of NHRP messages. */
    readonly dscp: number
    readonly dontFragment: boolean
    /** Whether the identification counts; Linux leaves 0 where fragmentation is forbidden. */
    readonly identified: boolean
  }
  readonly hopCount: {
    readonly request: number
    readonly registration: number
    readonly reply: number
    readonly purge: number
    readonly error: number
    readonly indication: number
  }
  /** Whether a message with no hops left is refused by the station it is for. */
  readonly rejectsHopZero: boolean
  readonly holdingTime: number
  readonly tunnelMtu: { readonly plain: number; readonly keyed: number }
  readonly tunnelBandwidth: number
  readonly tunnelDelay: number
  /** What the MTU of client information entries is, where the configuration says nothing. */
  readonly entryMtu: 'interface' | 'zero'
  readonly maxSend: { readonly packets: number; readonly seconds: number }
  readonly autoSummary: boolean
  readonly extensionOrder: readonly ExtensionKind[]
  /** The NAT address extension: never, or in every message that can carry it. */
  readonly natExtension: boolean
  /** Prefix length in NAT entries and in the other records. */
  readonly natPrefix: PrefixLength
  readonly secondNatPrefix: PrefixLength
  readonly recordPrefix: PrefixLength
  readonly registration: {
    /** Seconds added to a third of the holding time. */
    readonly margin: number
    /** How many registrations a client begins with, and the microseconds between them. */
    readonly initial: { readonly count: number; readonly gap: number }
    /** Microseconds from the interface coming up to the first. */
    readonly delay: number
    readonly retry: Retry
    /** Whether the retries that wait at least 16 s bear a new id where the server had accepted one before. */
    readonly renewsId: boolean
    readonly uniquePrefix: PrefixLength
    readonly sharedPrefix: PrefixLength
  }
  readonly resolution: {
    readonly flags: number
    readonly prefix: PrefixLength
    readonly sharedPrefix: PrefixLength
    readonly retry: Retry
  }
  readonly reply: {
    readonly copies: number
    readonly sets: number
    /** The client protocol address of an answer for a network behind the answering router. */
    readonly client: 'target' | 'own'
    /** Prefixes wider than this are not told. */
    readonly widest: number
    /** What must be configured before requests are answered. */
    readonly needs: 'nothing' | 'shortcut' | 'shortcut-or-redirect'
    /** Straight to the requester, or back to the station that the request came from. */
    readonly path: 'direct' | 'back'
    /** The holding time of answers for networks behind the router: the tunnel's, or the default one of other interfaces. */
    readonly networkHoldingTime: 'tunnel' | 'default'
  }
  readonly cache: {
    /** What entries are that came from answers and requests. */
    readonly learned: 'cached' | 'dynamic'
    /** An answer for a network is one entry for that network, or one for the next hop and a route. */
    readonly networks: 'entry' | 'route'
    /** Whether the target of such an answer has an entry of its own, too. */
    readonly target: boolean
    /** Whether the router's own addresses are entries: its tunnel address, with it the broadcast address and its networks. */
    readonly own: 'none' | 'address' | 'networks'
    /** Whether the server a registration succeeded with becomes an entry. */
    readonly server: boolean
    /** Whether every mapping of a host is a route to it. */
    readonly routes: boolean
  }
  /** The distance of routes to shortcuts. */
  readonly shortcutDistance: number
  /** When a server answers a next hop's request from its registry. */
  readonly answersFromRegistry: 'always' | 'unless-authoritative' | 'never'
  /** Whether the requester's own mapping is learned: with S set, always, never. */
  readonly learnsRequester: 'if-stable' | 'always' | 'never'
  readonly uniqueConflict: 'refuse' | 'overwrite'
  /** What a registration with holding time 0 is held for (the RFC says nothing). */
  readonly zeroHoldingTime: 'zero' | 'default'
  readonly codes: { readonly noBinding: number; readonly loop: number }
  readonly loop: { readonly test: 'own-address' | 'next-hop-nbma'; readonly tells: boolean }
  readonly unmatchedReply: 'error' | 'drop'
  /** What a request for an unreachable address earns. */
  readonly unreachable: 'refusal' | 'error'
  readonly wrongKey: 'error' | 'silence'
  readonly error: {
    readonly source: 'own' | 'offender'
    readonly quote: 'whole' | 'header'
    readonly copiesFlags: boolean
    /** Whether those of others are believed only with the key. */
    readonly needsKey: boolean
    readonly extensions: readonly ExtensionKind[]
    /** Zero octets behind End. */
    readonly trailing: number
  }
  readonly purge: {
    readonly sends: 'requesters' | 'servers' | 'never'
    readonly answers: boolean
    readonly prefix: 'zero' | 'explicit'
    readonly mtu: 'interface' | 'zero'
    readonly extensions: readonly ExtensionKind[]
    readonly matches: 'covering' | 'exact'
  }
  readonly indication: {
    /** Octets of the packet behind its IP header; undefined: up to `longest` octets in all. */
    readonly payload: number | undefined
    readonly longest: number
    readonly decremented: boolean
    readonly extensions: readonly ExtensionKind[]
    readonly to: 'previous-hop' | 'route'
    readonly rate: RedirectRate
  }
  readonly refresh: Refresh
  /** Seconds that an unanswered or refused request keeps others for the target away. */
  readonly negativeTime: number
  /** Whether an answer of an IPv6 overlay carries a second entry with the server's link-local address. */
  readonly linkLocalEntry: boolean
}

/** How often one pair of addresses is indicated: after `seconds` again, at most `most` times until `silence` seconds passed. */
export type RedirectRate =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'per-minute'; readonly count: number }
  | { readonly kind: 'limited'; readonly seconds: number; readonly most: number; readonly silence: number }

/**
 * `scan`: every 60 s, below 120 s of life (IOS). `fraction`: at two thirds of the holding time, where the mapping was
 * used; `shortcutsEarlier` seconds before that for shortcut routes, `margin` after it.
 */
export type Refresh =
  | { readonly kind: 'scan' }
  | { readonly kind: 'fraction'; readonly margin: number; readonly shortcutsEarlier: number; readonly expires: boolean }

const { authoritative, destinationStable, nat, router, sourceStable, unique } = resolutionFlag

const ciscoRetry: Retry = { waits: [2, 4, 8, 16, 32, 64], jitter: 0.75, attempts: 6 }

const ios12: Profile = {
  name: 'ios12',
  outer: { ttl: 255, dscp: 48, dontFragment: false, identified: true },
  hopCount: { request: 255, registration: 255, reply: 255, purge: 255, error: 255, indication: 255 },
  rejectsHopZero: false,
  holdingTime: 7200,
  tunnelMtu: { plain: 1514, keyed: 1514 },
  tunnelBandwidth: 9,
  tunnelDelay: 500_000,
  entryMtu: 'interface',
  maxSend: { packets: 100, seconds: 10 },
  autoSummary: true,
  extensionOrder: [
    'responder-address',
    'forward-transit',
    'reverse-transit',
    'authentication',
    'nat-address',
    'vendor-private',
  ],
  natExtension: false,
  natPrefix: 'host',
  secondNatPrefix: 'host',
  recordPrefix: 0,
  registration: {
    margin: 0,
    initial: { count: 1, gap: 0 },
    delay: 0,
    retry: ciscoRetry,
    renewsId: false,
    uniquePrefix: 255,
    sharedPrefix: 255,
  },
  resolution: {
    flags: router | authoritative | sourceStable,
    prefix: 0,
    sharedPrefix: 0,
    retry: ciscoRetry,
  },
  reply: {
    copies: router | sourceStable,
    sets: authoritative | destinationStable | unique,
    client: 'target',
    widest: 0,
    needs: 'nothing',
    path: 'direct',
    networkHoldingTime: 'tunnel',
  },
  cache: { learned: 'cached', networks: 'entry', target: false, own: 'none', server: false, routes: false },
  shortcutDistance: 250,
  answersFromRegistry: 'always',
  learnsRequester: 'if-stable',
  uniqueConflict: 'refuse',
  zeroHoldingTime: 'zero',
  codes: { noBinding: 12, loop: 3 },
  loop: { test: 'own-address', tells: true },
  unmatchedReply: 'drop',
  unreachable: 'refusal',
  wrongKey: 'error',
  error: { source: 'own', quote: 'whole', copiesFlags: false, needsKey: false, extensions: [], trailing: 0 },
  purge: {
    sends: 'requesters',
    answers: true,
    prefix: 'zero',
    mtu: 'interface',
    extensions: ['authentication'],
    matches: 'covering',
  },
  indication: {
    payload: 8,
    longest: 68,
    decremented: false,
    extensions: ['forward-transit', 'reverse-transit', 'authentication', 'nat-address'],
    to: 'previous-hop',
    rate: { kind: 'timeout' },
  },
  refresh: { kind: 'scan' },
  negativeTime: 180,
  linkLocalEntry: false,
}

const ios124t: Profile = {
  ...ios12,
  name: 'ios124t',
  natExtension: true,
  registration: { ...ios12.registration, initial: { count: 2, gap: 12_000 } },
  resolution: { ...ios12.resolution, flags: ios12.resolution.flags | nat },
  reply: { ...ios12.reply, copies: ios12.reply.copies | nat },
  answersFromRegistry: 'unless-authoritative',
}

const ios15: Profile = {
  ...ios124t,
  name: 'ios15',
  rejectsHopZero: true,
  tunnelMtu: { plain: 17_916, keyed: 17_912 },
  tunnelBandwidth: 100,
  tunnelDelay: 50_000,
  maxSend: { packets: 10_000, seconds: 10 },
  autoSummary: false,
  recordPrefix: 'host',
  registration: {
    ...ios124t.registration,
    initial: { count: 2, gap: 1_000_000 },
    uniquePrefix: 'host',
    sharedPrefix: 'host',
  },
  resolution: { ...ios124t.resolution, prefix: 'host', sharedPrefix: 'host' },
  reply: { ...ios124t.reply, client: 'own' },
  indication: { ...ios124t.indication, decremented: true },
  linkLocalEntry: true,
}

const frr: Profile = {
  ...ios15,
  name: 'frr',
  rejectsHopZero: false,
  outer: { ttl: 64, dscp: 0, dontFragment: true, identified: true },
  hopCount: { request: 64, registration: 1, reply: 64, purge: 64, error: 0, indication: 1 },
  tunnelMtu: { plain: 1400, keyed: 1400 },
  entryMtu: 'zero',
  extensionOrder: [
    'forward-transit',
    'reverse-transit',
    'responder-address',
    'nat-address',
    'authentication',
    'vendor-private',
  ],
  natPrefix: 'host',
  secondNatPrefix: 'host',
  recordPrefix: 0,
  registration: {
    margin: 0,
    initial: { count: 1, gap: 0 },
    delay: 1_000_000,
    retry: { waits: [1, 2, 4, 8, 16, 32, 64], jitter: 1, attempts: 7 },
    renewsId: true,
    uniquePrefix: 255,
    sharedPrefix: 'host',
  },
  resolution: {
    flags: router | authoritative | sourceStable | nat,
    prefix: 255,
    sharedPrefix: 'host',
    retry: { waits: [1, 2, 4, 7], jitter: 1, attempts: 6 },
  },
  reply: {
    copies: router | sourceStable,
    sets: authoritative | destinationStable,
    client: 'own',
    widest: 8,
    needs: 'shortcut',
    path: 'back',
    networkHoldingTime: 'tunnel',
  },
  cache: { learned: 'dynamic', networks: 'route', target: true, own: 'address', server: true, routes: true },
  shortcutDistance: 10,
  answersFromRegistry: 'never',
  learnsRequester: 'always',
  uniqueConflict: 'overwrite',
  zeroHoldingTime: 'default',
  codes: { noBinding: 11, loop: 2 },
  loop: { test: 'next-hop-nbma', tells: false },
  error: { source: 'offender', quote: 'header', copiesFlags: true, needsKey: true, extensions: [], trailing: 0 },
  purge: { ...ios12.purge, sends: 'never', answers: false },
  indication: {
    payload: undefined,
    longest: 128,
    decremented: true,
    extensions: ['authentication'],
    to: 'route',
    rate: { kind: 'per-minute', count: 4 },
  },
  refresh: { kind: 'fraction', margin: 0, shortcutsEarlier: 0, expires: true },
  linkLocalEntry: false,
}

const opennhrp: Profile = {
  ...frr,
  name: 'opennhrp',
  hopCount: { request: 16, registration: 16, reply: 16, purge: 16, error: 0, indication: 0 },
  natPrefix: 'host',
  secondNatPrefix: 0,
  registration: {
    ...frr.registration,
    margin: 1,
    delay: 0,
    retry: { waits: [5, 5, 5, 5, 5, 120], jitter: 1, attempts: 6 },
    renewsId: false,
    sharedPrefix: 255,
  },
  resolution: {
    flags: router | authoritative | nat,
    prefix: 0,
    sharedPrefix: 0,
    retry: { waits: [5], jitter: 1, attempts: 6 },
  },
  reply: {
    copies: router | sourceStable | unique | nat,
    sets: authoritative | destinationStable,
    client: 'own',
    widest: 0,
    needs: 'shortcut-or-redirect',
    path: 'back',
    networkHoldingTime: 'default',
  },
  cache: { learned: 'cached', networks: 'route', target: false, own: 'networks', server: false, routes: false },
  learnsRequester: 'never',
  zeroHoldingTime: 'zero',
  loop: { test: 'own-address', tells: true },
  unmatchedReply: 'error',
  unreachable: 'error',
  wrongKey: 'silence',
  error: {
    source: 'own',
    quote: 'whole',
    copiesFlags: true,
    needsKey: false,
    extensions: ['forward-transit', 'authentication'],
    trailing: 16,
  },
  purge: {
    sends: 'servers',
    answers: true,
    prefix: 'explicit',
    mtu: 'zero',
    extensions: ['forward-transit', 'reverse-transit', 'responder-address', 'authentication'],
    matches: 'exact',
  },
  indication: {
    payload: undefined,
    longest: 68,
    decremented: false,
    extensions: ['forward-transit', 'authentication'],
    to: 'previous-hop',
    rate: { kind: 'limited', seconds: 5, most: 4, silence: 360 },
  },
  refresh: { kind: 'fraction', margin: 1, shortcutsEarlier: 10, expires: false },
}

/** The columns, by name. */
export const profiles: Readonly<Record<ProfileName, Profile>> = { ios12, ios124t, ios15, frr, opennhrp }
