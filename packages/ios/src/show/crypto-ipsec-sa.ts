/** `show crypto ipsec sa`: what protects each tunnel, one identity per station, an association per direction. */
import {
  type AssociationPair,
  type CryptoPeer,
  type Instant,
  type RouterState,
  secondsLeft,
  type TunnelState,
} from '@dmvpn/core'
import { formatIpv4, type Ipv4 } from '@dmvpn/wire'

export function showCryptoIpsecSa(router: RouterState, now: Instant): readonly string[] {
  const lines: string[] = []
  for (const tunnel of router.tunnels) {
    if (tunnel.settings.protection === undefined || tunnel.source === undefined) continue
    const local = tunnel.source
    lines.push('', `interface: ${tunnel.name}`, `    Crypto map tag: ${mapOf(tunnel)}, local addr ${formatIpv4(local)}`)
    for (const peer of router.crypto.peers.values())
      if (peer.local === local) lines.push('', ...peerLines(router, tunnel, peer, now))
  }
  return lines.length === 0 ? ['', 'No SAs found'] : lines
}

const mapOf = (tunnel: TunnelState): string => `${tunnel.name}-head-0`

const grePort = '/255.255.255.255/47/0'
const ikePort = 500

function peerLines(
  router: RouterState,
  tunnel: TunnelState,
  { local, peer, counters, pairs }: CryptoPeer,
  now: Instant,
): readonly string[] {
  const { sealed, opened, sendErrors, receiveErrors } = counters
  const by = tunnel.settings.source?.kind === 'interface' ? tunnel.settings.source.name : undefined
  const mtu = (by === undefined ? undefined : router.interfaces.get(by)?.settings.mtu) ?? 1500
  const sas = (way: Way): readonly string[] => [
    `     ${way} esp sas:`,
    ...pairs.flatMap(pair => associationLines(pair, way, tunnel, now)),
    '',
    `     ${way} ah sas:`,
    '',
    `     ${way} pcp sas:`,
    '',
  ]
  return [
    '   protected vrf: (none)',
    `   local  ident (addr/mask/prot/port): (${formatIpv4(local)}${grePort})`,
    `   remote ident (addr/mask/prot/port): (${formatIpv4(peer)}${grePort})`,
    `   current_peer ${formatIpv4(peer)} port ${ikePort}`,
    '     PERMIT, flags={origin_is_acl,}',
    `    #pkts encaps: ${sealed}, #pkts encrypt: ${sealed}, #pkts digest: ${sealed}`,
    `    #pkts decaps: ${opened}, #pkts decrypt: ${opened}, #pkts verify: ${opened}`,
    '    #pkts compressed: 0, #pkts decompressed: 0',
    '    #pkts not compressed: 0, #pkts compr. failed: 0',
    '    #pkts not decompressed: 0, #pkts decompress failed: 0',
    `    #send errors ${sendErrors}, #recv errors ${receiveErrors}`,
    '',
    ...endpoints(local, peer, mtu, by),
    `     current outbound spi: ${spiText(pairs.at(-1)?.outboundSpi ?? 0)}`,
    '',
    ...sas('inbound'),
    ...sas('outbound').slice(0, -1),
  ]
}

function endpoints(local: Ipv4, peer: Ipv4, mtu: number, by: string | undefined): readonly string[] {
  return [
    `     local crypto endpt.: ${formatIpv4(local)}, remote crypto endpt.: ${formatIpv4(peer)}`,
    `     path mtu ${mtu}, ip mtu ${mtu}${by === undefined ? '' : `, ip mtu idb ${by}`}`,
  ]
}

type Way = 'inbound' | 'outbound'

function associationLines(pair: AssociationPair, way: Way, tunnel: TunnelState, now: Instant): readonly string[] {
  const isInbound = way === 'inbound'
  const { transform, connections, lifetimeKilobytes, expires } = pair
  const number = connections[isInbound ? 0 : 1]
  const used = Math.ceil((isInbound ? pair.octetsIn : pair.octetsOut) / 1024)
  const words = [transform.encryption, transform.authentication].filter(each => each !== undefined).map(written)
  const mode = transform.mode === 'transport' ? 'Transport' : 'Tunnel'
  return [
    `      spi: ${spiText(isInbound ? pair.inboundSpi : pair.outboundSpi)}`,
    `        transform: ${words.join(' ')} ,`,
    `        in use settings ={${mode}, }`,
    `        conn id: ${2000 + number}, flow_id: SW:${number}, crypto map: ${mapOf(tunnel)}`,
    `        sa timing: remaining key lifetime (k/sec): (${lifetimeKilobytes - used}/${secondsLeft(now, expires)})`,
    `        IV size: ${ivSizes[transform.encryption]} bytes`,
    '        replay detection support: Y',
    '        Status: ACTIVE',
  ]
}

const spiText = (spi: number): string => `0x${spi.toString(16).toUpperCase()}(${spi})`

/** `esp-aes-256` is two words to IOS, and 128 bits go without saying. */
const written = (word: string): string =>
  word.replace(/^(esp-(?:aes|gcm))-128$/, '$1').replace(/^(esp-(?:aes|gcm))-(\d+)$/, '$1 $2')

const ivSizes = {
  'esp-null': 0,
  'esp-des': 8,
  'esp-3des': 8,
  'esp-aes-128': 16,
  'esp-aes-192': 16,
  'esp-aes-256': 16,
  'esp-gcm-128': 8,
  'esp-gcm-256': 8,
} as const
