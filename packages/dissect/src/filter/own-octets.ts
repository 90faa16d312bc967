/** Which octets are a protocol's own: what slices, lengths and comparisons of `ip` or `nhrp` count. */

/** Protocols that Wireshark shows with everything they carry; of the others only the header counts. */
const spanning: ReadonlySet<string> = new Set(['ah', 'esp', 'gre', 'icmp', 'icmpv6', 'udpencap'])

/** Where a protocol's own octets end. */
export function ownEnd(protocol: string, body: number, end: number): number {
  return spanning.has(protocol) ? end : body
}
