/**
 * Where PDML, Elasticsearch's lines and JSON may differ from tshark's, and why. A path is the last three steps to a key,
 * behind `+` where only we have it and behind `-` where only tshark does. An exception that nothing uses fails the test.
 */
export interface OutputException {
  readonly because: string
  readonly paths: readonly RegExp[]
}

/** What Wireshark gets wrong. */
const faults: readonly OutputException[] = [
  {
    because: 'a clear-text password is read as SPI 1 with a source address and a hash, or called malformed',
    paths: [
      /^- .*\bNHRP Authentication Extension$/,
      /^- .*nhrp_nhrp_auth_ext_(reserved|spi|src_addr|data)$/,
      /^- \/nhrp\/_ws_expert:nhrp_nhrp_ext_malformed$/,
      /^- \/nhrp\/_ws_malformed$/,
      /nhrp\/text$/,
    ],
  },
  {
    because: 'a quoted packet that is cut short, as quoted packets are, is called malformed',
    paths: [/^- \/_ws[._]malformed$/],
  },
  {
    because: 'a quoted packet reads on beyond the quote: what follows is taken for its data',
    paths: [
      /Packet Causing Indication\/icmp(_raw| @size)$/,
      /Packet Causing Indication\/icmp\/data(_raw| @value)$/,
      /^icmp\/data\/data[._](data[._])?(data|len)/,
      /Packet Causing Indication\/nhrp(_raw| @size)$/,
    ],
  },
  {
    because: 'IGMP calls itself once more, and is counted twice',
    paths: [/^\/frame\/frame[._](frame_)?protocols/],
  },
  {
    because: 'a mask is printed with the sign of its number',
    paths: [/ospf\.lsa\.age_raw$/],
  },
]

/** What we say of purpose in our own way. */
const own: readonly OutputException[] = [
  {
    because: 'ciphertext that nobody opened is shown, as data within ESP',
    paths: [/^\+ \/esp\/data(_raw)?$/],
  },
  {
    because: 'the note does not repeat the number of the frame it stands in',
    paths: [/icmpv6[._]resp_not_found/],
  },
  {
    because: 'a mandatory part ends before the packet it quotes, which then has octets',
    paths: [/NHRP Mandatory Part @(size|value)$/, /^\/nhrp\/Packet Causing Indication @(size|value)$/],
  },
  {
    because: 'the flag says what RFC 2332 §5.2.5 says: set, no reply is wanted',
    paths: [/nhrp\.flag\.n @showname$/],
  },
  {
    because: 'octets behind the End extension are a field, and the note says what they are',
    paths: [/^- \/nhrp\/Unknown Data/, /^\+ \/nhrp\/_ws\.(expert:nhrp\.ext\.extra|malformed)$/],
  },
  {
    because: 'what is known of an address used twice stands in ARP, whose it is, not beside it',
    paths: [
      /^- \/(fake-field-wrapper|text|Duplicate IP address .*)$/,
      /^[+-] \/(arp\/)?(_ws_expert:)?arp_arp_(duplicate-address|seconds-since)/,
    ],
  },
  {
    because: 'the version of IPv6 has its own octet under IPv4’s name',
    paths: [/ipv6\/ip\.version(_raw| @)/, /^[+-] .*ipv6\/(ip|ipv6)_ip_version$/],
  },
  {
    because: 'an IP option is a field here, a protocol there',
    paths: [/^[+-] \/ip\/ip_(ip_)?options_routeralert$/],
  },
  {
    because: 'fragments are not a source of octets of their own',
    paths: [/ip\.fragments?(_raw)? ?(@|$)/, /ip\.reassembled\.data(_raw)? ?(@|$)/],
  },
  {
    because: 'a description of databases ends before the headers that follow it',
    paths: [/^\/ospf\/OSPF DB Description @/],
  },
]

/** Lines for people: the value is the same, its text is not. */
const texts: readonly OutputException[] = [
  {
    because: 'Wireshark adds a remark to the line',
    paths: [
      /(icmp|icmpv6)\.checksum @showname$/,
      /udp\.(checksum|payload) @showname$/,
      /ospf\.(header\/ospf\.checksum|lsa\.router\.link(id|type)) @showname$/,
      /ospf\.header\/ospf\.checksum @showname$/,
      /ip\.options\.routeralert @showname$/,
      /isakmp\.(typepayload|ike2\.attr|notify\.data\.signature_hash_algorithms) @showname$/,
    ],
  },
]

export const outputExceptions: readonly OutputException[] = [...faults, ...own, ...texts]
