/** What implementations differ in, as far as it can be seen from outside: the facts a profile consists of. */

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
  readonly physicalBandwidth: number
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
  /** Which address of the station the responder record of an IPv6 overlay has: that of the overlay, or the IPv4 one. */
  readonly responderFamily: 'overlay' | 'ipv4'
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
    /** Microseconds that a registration waits where an operator had everything dropped. */
    readonly restart: number
    readonly uniquePrefix: PrefixLength
    readonly sharedPrefix: PrefixLength
  }
  readonly resolution: {
    /** Towards the target first, which once known is asked itself; or always by a server. */
    readonly path: 'target' | 'server'
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

/**
 * How often one pair of addresses is indicated. `timeout`: once per configured time. `per-minute`: so often, for pairs of
 * networks of these lengths (the firewall rules of FRRouting's manual). `limited`: after `seconds` again, at most `most`
 * times until `silence` seconds passed.
 */
export type RedirectRate =
  | { readonly kind: 'timeout' }
  | { readonly kind: 'per-minute'; readonly count: number; readonly maskLength: number; readonly maskLength6: number }
  | { readonly kind: 'limited'; readonly seconds: number; readonly most: number; readonly silence: number }

/**
 * `scan`: every 60 s, below 120 s of life (IOS). `fraction`: at two thirds of the holding time, where the mapping was
 * used within the last `usedWithin` seconds (undefined: at any time); `shortcutsEarlier` seconds before
 * that for shortcut routes, `margin` after it.
 */
export type Refresh =
  | { readonly kind: 'scan' }
  | {
      readonly kind: 'fraction'
      readonly margin: number
      readonly shortcutsEarlier: number
      readonly usedWithin: number | undefined
    }
