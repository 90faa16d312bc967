/** Where a packet ends: exactly one of these. */
export type Disposition =
  /** It was for this router. */
  | 'delivered'
  /** It left as it is, by an interface that is no tunnel. */
  | 'sent'
  /** It left by a tunnel, straight to the next hop's station. */
  | 'encapsulated'
  /** It left by a tunnel, by way of a next hop server. */
  | 'sent to server'
  /** A multicast packet, one copy per station. */
  | 'replicated'
  | `dropped: ${DropReason}`

export type DropReason =
  | 'malformed'
  | 'no route'
  | 'no mapping'
  | 'no association'
  | 'no replay'
  | 'authentication'
  | 'ttl'
  | 'too big'
  | 'interface down'
  | 'no tunnel'
  | 'no listener'
  | 'no station'
  | 'discard route'
