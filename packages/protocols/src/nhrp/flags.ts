/** The flags words: which bit means what depends on the message type (RFC 2332 §5.2.1, §5.2.3, §5.2.5). */

/** Types 1 and 2. */
export const resolutionFlag = {
  /** The requester is a router. */
  router: 0x8000,
  /** Answer from the authoritative server only. */
  authoritative: 0x4000,
  /** The destination's binding is stable (replies). */
  destinationStable: 0x2000,
  unique: 0x1000,
  /** The source's binding is stable: it may be cached. */
  sourceStable: 0x0800,
  /** Cisco: the sender supports the NAT address extension. */
  nat: 0x0002,
} as const

/** Types 3 and 4. */
export const registrationFlag = { unique: 0x8000, nat: 0x0002 } as const

/** Types 5 and 6. RFC 2332 §5.2.5: set, no reply is wanted (Wireshark labels it the other way round). */
export const purgeFlag = { noReply: 0x8000, nat: 0x0002 } as const
