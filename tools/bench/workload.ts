/**
 * The traffic that speed is measured on: 40 % NHRP in GRE with a key, 40 % ICMP and UDP in GRE, 20 % ESP, among a number
 * of spokes; Ethernet, microseconds. Made by this project's own encoder, the same for every call.
 */
import { type CaptureRecord, FileSink, linkType, PcapWriter, recordOf } from '@dmvpn/capture'
import { protect, type SecurityAssociation, securityAssociation, writeKeys } from '@dmvpn/ipsec'
import {
  type Cie,
  data,
  defaultMessage,
  dmvpn,
  type Extension,
  emptyCie,
  esp,
  ethernet,
  gre,
  type Icmp,
  icmp,
  ipv4,
  type LayerToEncode,
  layer,
  type NhrpExchange,
  nhrp,
  octetsOf,
  udp,
} from '@dmvpn/protocols'
import { formatIpv4, ipv4Of } from '@dmvpn/wire'

const hub = { nbma: ipv4Of('150.1.1.1'), protocol: ipv4Of('10.0.0.1') }
const head = { compulsory: true, reserved: false } as const
const key = octetsOf('cisco')

/** Writes `count` frames among `spokes` spokes to `path`. */
export async function writeWorkload(path: string, count: number, spokes: number): Promise<void> {
  const sink = new FileSink(path)
  const writer = new PcapWriter(sink, { linkType: linkType.ethernet })
  const frames = cycle(spokes)
  for (let i = 0; i < count; i++) {
    const frame = frames[i % frames.length]!
    await writer.write({ ...frame, seconds: 1_700_000_000 + Math.floor(i / 5000), nanoseconds: (i % 5000) * 200_000 })
  }
  await writer.close()
  sink.close()
}

/**
 * The same NHRP and GRE from the spokes alone, each under an ESP association of its own (transport mode, AES-CBC with
 * HMAC-SHA-1-96, as DMVPN is commonly set up); gives the associations as lines of Wireshark's table.
 */
export async function writeSealedWorkload(path: string, count: number, spokes: number): Promise<readonly string[]> {
  const associations = Array.from({ length: spokes }, (_, spoke) => associationOf(spoke))
  const plain = associations.map((_, spoke) => [0, 2, 4, 6].map(kind => dmvpn.encode(layersOf(spoke, kind))))
  const sink = new FileSink(path)
  const writer = new PcapWriter(sink, { linkType: linkType.ethernet })
  for (let i = 0; i < count; i++) {
    const spoke = i % spokes
    const frame = plain[spoke]![Math.floor(i / spokes) % 4]!
    const sequence = Math.floor(i / spokes) + 1
    const sealed = protect(associations[spoke]!, frame.subarray(etherLength), {
      sequence,
      iv: length => octets(length).fill(i & 0xff, 1),
    })
    const bytes = new Uint8Array(etherLength + sealed.length)
    bytes.set(frame.subarray(0, etherLength))
    bytes.set(sealed, etherLength)
    const facts = { seconds: 1_700_000_000 + Math.floor(i / 5000), nanoseconds: (i % 5000) * 200_000 }
    await writer.write(recordOf(bytes, { ...facts, linkType: linkType.ethernet }))
  }
  await writer.close()
  sink.close()
  return writeKeys('wireshark', associations)
    .text.split('\n')
    .filter(line => line.startsWith('"'))
}

const etherLength = 14

function associationOf(spoke: number): SecurityAssociation {
  return securityAssociation({
    spi: 0x1000 + spoke,
    source: formatIpv4(ipv4Of('150.2.0.0') + spoke),
    destination: formatIpv4(hub.nbma),
    mode: 'transport',
    encryption: { algorithm: 'aes-cbc', key: octets(16) },
    integrity: { algorithm: 'hmac-sha1', key: octets(20) },
  })
}

/** One frame of each kind for every spoke. */
function cycle(spokes: number): CaptureRecord[] {
  const records: CaptureRecord[] = []
  for (let spoke = 0; spoke < spokes; spoke++) {
    for (let kind = 0; kind < 10; kind++) {
      const bytes = dmvpn.encode(layersOf(spoke, kind))
      records.push(recordOf(bytes, { seconds: 0, nanoseconds: 0, linkType: linkType.ethernet }))
    }
  }
  return records
}

function layersOf(spoke: number, kind: number): LayerToEncode[] {
  const nbma = ipv4Of('150.2.0.0') + spoke
  const protocol = ipv4Of('10.0.1.0') + spoke
  const lan = ipv4Of('10.9.0.0') + 256 * spoke + 1
  const up = kind % 2 === 0
  const outer = [
    layer(ethernet, {
      destination: up ? 0x020000000001 : 0x020000010000 + spoke,
      source: up ? 0x020000010000 + spoke : 0x020000000001,
    }),
    layer(ipv4, {
      source: up ? nbma : hub.nbma,
      destination: up ? hub.nbma : nbma,
      identification: spoke & 0xffff,
      ttl: 255,
    }),
  ]
  if (kind >= 8)
    return [
      ...outer,
      layer(esp, { spi: 0x1000 + spoke, sequence: kind }),
      layer(data, { bytes: octets(120 + 40 * (kind - 8)) }),
    ]
  const tunnel = layer(gre, { key: 123 })
  const inner = layer(ipv4, { source: up ? lan : hub.protocol, destination: up ? hub.protocol : lan, ttl: 254 })
  switch (kind) {
    case 0:
    case 1:
    case 2:
    case 3:
      return [...outer, tunnel, layer(nhrp, message(kind, spoke, nbma, protocol, lan))]
    case 4:
    case 5:
      return [...outer, tunnel, inner, layer(icmp, echo(up, spoke)), layer(data, { bytes: octets(56) })]
    default:
      return [
        ...outer,
        tunnel,
        inner,
        layer(udp, { sourcePort: 5000, destinationPort: 6000 + kind }),
        layer(data, { bytes: octets(400) }),
      ]
  }
}

function echo(up: boolean, spoke: number): Icmp {
  return { kind: 'query', type: up ? 8 : 0, code: 0, identifier: spoke & 0xffff, sequence: 1, data: new Uint8Array(0) }
}

function message(kind: number, spoke: number, nbma: number, protocol: number, lan: number): NhrpExchange {
  const record: Cie = { ...emptyCie, mtu: 1514, holdingTime: 7200, nbma: hub.nbma, protocol: hub.protocol }
  const isReply = kind === 1 || kind === 3
  const extensions: Extension[] = [
    { kind: 'responder-address', ...head, entries: isReply ? [record] : [] },
    { kind: 'forward-transit', ...head, entries: kind === 3 ? [record] : [] },
    { kind: 'reverse-transit', ...head, entries: [] },
    { kind: 'authentication', form: 'cleartext', ...head, key },
    { kind: 'nat-address', compulsory: false, reserved: false, entries: [] },
    { kind: 'end', ...head, value: new Uint8Array(0) },
  ]
  const entry: Cie =
    kind === 3
      ? { ...emptyCie, prefixLength: 24, mtu: 1514, holdingTime: 360, nbma, protocol: lan }
      : { ...emptyCie, prefixLength: kind < 2 ? 255 : 0, mtu: 1514, holdingTime: 360 }
  const [name, type, flags] = messages[kind]!
  return {
    ...defaultMessage,
    kind: name,
    type,
    flags,
    requestId: spoke + kind,
    sourceNbma: nbma,
    sourceProtocol: protocol,
    destinationProtocol: kind < 2 ? hub.protocol : lan,
    entries: [entry],
    extensions,
  }
}

const messages = [
  ['registration-request', 3, 0x8002],
  ['registration-reply', 4, 0x8002],
  ['resolution-request', 1, 0xc802],
  ['resolution-reply', 2, 0xf802],
] as const

function octets(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 7) & 0xff)
}
