/** Frames that once broke a law of frames, in the order they were found: examples of every such law since. */
import type { FrameOctets } from '@dmvpn/arbitraries'
import { parseHex } from '@dmvpn/wire'

interface Found {
  /** What was wrong. */
  readonly because: string
  readonly linkType: number
  readonly hex: string
}

const found: readonly Found[] = [
  {
    because: 'EIGRP: an octet that began no address was shown as a length and again among the octets behind it',
    linkType: 101,
    hex: '4500002e00000000ff58bb7800000000000000000205fdf100000000000000000000000000000000000300060000',
  },
  {
    because: 'IKE: octets of a proposal too short to be read were shown nowhere',
    linkType: 101,
    hex: '4500004100000000ff11bbac0000000000000000000001f4002db9510000000000000000000000000000000021202208000000000000002500000009000000f900',
  },
  {
    because: 'IKE: octets behind the addresses of a traffic selector were shown nowhere',
    linkType: 101,
    hex: '4500005400000000ff11bb99000000000000000001f401f40040f623000000000000000000000000000000002c20220800000000000000380000001c01000000070000140000ffff0a0000010a000002abcdef01',
  },
  {
    because: 'RIP: a keyed digest was shown with the entry that announces it, and again in the trailer',
    linkType: 101,
    hex: '4500004000000000ff11bbad000000000000000002080208002ce70a02020000ffff000300180108000000010000000000000000ffff00011122334455667788',
  },
  {
    because: 'RIP: a digest was shown where no entries lead to it',
    linkType: 101,
    hex: '4500003600000000ff11bbb70000000000000000000002080022fb8802020000ffff0003001500000000000000000000000000000000',
  },
  {
    because: 'PIM: what a register carried was hop-by-hop options where it was neither IPv4 nor IPv6',
    linkType: 101,
    hex: '4500002400000000ff67bb7300000000000000002100deff000000003b00010400000000',
  },
  {
    because: 'IPv6: of the first octet of a quote that is no IPv6 packet one half was shown',
    linkType: 229,
    hex: '60000000001d36400000000000000000000000000000000000000000000000000000000000000000000186dd0000000000ff001d76fd000001080000000000000000000000',
  },
  {
    because: 'IPv4: a quote that ends inside the flags word',
    linkType: 101,
    hex: '4500003700000000ff36bb910000000000000000000108000000000000ff0023acd4000001080000000000000000000049000000000000',
  },
]

/** As fast-check takes examples. */
export const foundFrames: [FrameOctets][] = found.map(({ hex, linkType }) => {
  return [{ bytes: parseHex(hex)!, linkType }]
})
