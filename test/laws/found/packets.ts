/** Packets that once broke a law of packets: examples of every such law since. */
import { type AnyProtocol, icmpv6 } from '@dmvpn/protocols'

interface Found {
  /** What was wrong. */
  readonly because: string
  readonly protocol: AnyProtocol
  readonly packet: unknown
}

const found: readonly Found[] = [
  {
    because: 'a packet of zeros has the checksum ffff; subtracting it from the sum said 0000',
    protocol: icmpv6,
    packet: { kind: 'other', type: 0, code: 0, body: new Uint8Array(0) },
  },
]

/** Those of a protocol, as fast-check takes examples. */
export function foundPackets(protocol: AnyProtocol): [unknown][] {
  return found.filter(each => each.protocol === protocol).map(({ packet }) => [packet])
}
