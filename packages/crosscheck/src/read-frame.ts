/** A frame walked from header to header by what the headers themselves say, through descriptions that are not ours. */

import type { Header } from './header.ts'
import {
  cookedLinux,
  cookedTunnel,
  cookedType,
  esp,
  ethernet,
  ethernetWithLength,
  ethernetWithNeither,
  icmp,
  icmpExtendedEcho,
  icmpQuery,
  ipv4,
  ipv6,
  udp,
  vlan,
  vlanWithLength,
} from './headers.ts'
import { type LayerOpinion, newLayer, Region, remainder, Stop, say, wordAt } from './opinion.ts'
import { greHeaders, readGre } from './read-gre.ts'
import { nhrpHeaders, nhrpNames, readNhrp } from './read-nhrp.ts'

/** Who reads what follows, and in which octets; or that nobody here knows it; or that nothing may be read on. */
type Next = { readonly name: string; readonly region: Region } | 'unknown' | 'end'
type Reader = (region: Region, layer: LayerOpinion, layers: readonly LayerOpinion[]) => Next

/** More headers than this nobody here reads. */
const deepest = 48

/** The layers of a frame, as far as there are descriptions. */
export interface FrameOpinion {
  /** The last may have stopped. */
  readonly layers: readonly LayerOpinion[]
  /** Whether nothing is to be read behind the last layer; otherwise there is no opinion on what follows. */
  readonly isAll: boolean
}

/** Reads a frame as far as there are descriptions; never throws, whatever the octets. */
export function readFrame(bytes: Uint8Array, linkType: number): FrameOpinion {
  const layers: LayerOpinion[] = []
  let next = firstOf(bytes, linkType)
  while (typeof next === 'object' && layers.length < deepest) {
    const { name, region } = next
    if (region.left === 0 && layers.length > 0) return { layers, isAll: true }
    const layer = newLayer(name, region.at)
    layers.push(layer)
    try {
      next = readers[name]!(region, layer, layers)
    } catch (stop) {
      if (!(stop instanceof Stop)) throw stop
      layer.stopped = stop.because
      return { layers, isAll: false }
    }
  }
  return { layers, isAll: next === 'end' }
}

function firstOf(bytes: Uint8Array, linkType: number): Next {
  const region = new Region(bytes, 0, bytes.length)
  const isRaw = linkType === 101 || linkType === 12 || linkType === 14
  const name = isRaw ? rawNames[bytes[0]! >>> 4] : linkNames[linkType]
  return name === undefined ? 'unknown' : { name, region }
}

const rawNames: Readonly<Record<number, string>> = { 4: 'ip', 6: 'ipv6' }
const linkNames: Readonly<Record<number, string>> = { 1: 'eth', 113: 'sll', 228: 'ip', 229: 'ipv6' }
const ethertypeNames: Readonly<Record<number, string>> = {
  0x0800: 'ip',
  0x86dd: 'ipv6',
  0x8100: 'vlan',
  0x9100: 'vlan',
}
const greNames: Readonly<Record<number, string>> = { 0x0800: 'ip', 0x86dd: 'ipv6', 0x2001: 'nhrp', 0x6558: 'eth' }
const protocolNames: Readonly<Record<number, string>> = {
  1: 'icmp',
  4: 'ip',
  17: 'udp',
  41: 'ipv6',
  47: 'gre',
  50: 'esp',
  54: 'nhrp',
}

function follow(names: Readonly<Record<number, string>>, key: number, region: Region): Next {
  const name = names[key]
  return name === undefined ? 'unknown' : { name, region }
}

const largestLength = 1500
const leastType = 0x600

const readers: Readonly<Record<string, Reader>> = {
  eth(region, layer) {
    const word = wordAt(region, 12)
    const isType = word <= 0 || word >= leastType
    if (!isType) {
      region.take(word > largestLength ? ethernetWithNeither : ethernetWithLength, layer)
      return 'unknown'
    }
    return follow(ethertypeNames, Number(region.take(ethernet, layer).get('eth.type')), region)
  },

  vlan(region, layer) {
    const word = wordAt(region, 2)
    if (word >= 0 && word <= largestLength) {
      region.take(vlanWithLength, layer)
      return 'unknown'
    }
    return follow(ethertypeNames, Number(region.take(vlan, layer).get('vlan.etype')), region)
  },

  /** Protocol numbers of a GRE tunnel's device (ARPHRD 778) are GRE's; up to 0x600 they are Linux' own. */
  sll(region, layer) {
    const isTunnel = wordAt(region, 2) === 778
    const word = wordAt(region, 14)
    const form = isTunnel ? cookedTunnel : word > leastType ? cookedType : cookedLinux
    region.take(form, layer)
    return form === cookedLinux ? 'unknown' : follow(isTunnel ? greNames : ethertypeNames, word, region)
  },

  ip(region, layer) {
    const start = region.at
    const word = wordAt(region, 0)
    if (word >= 0 && word >>> 12 !== 4) throw new Stop(`version ${word >>> 12}`)
    const header = region.take(ipv4, layer)
    const number = (name: string): number => Number(header.get(`ip.${name}`))
    const octets = 4 * number('hdr_len')
    if (octets < ipv4.octets) throw new Stop(`a header of ${octets} octets`)
    const total = number('len')
    if (total !== 0 && total < octets) throw new Stop(`${total} octets in all`)
    const options = region.octets(octets - ipv4.octets)
    // While a source route is unfinished, the destination goes by another name.
    if (options.some(octet => octet === looseRoute || octet === strictRoute)) layer.unjudged.add('ip.dst')
    say(layer, 'ip.checksum.status', remainder(region.bytes.subarray(start, start + octets)) === 0 ? '1' : '0')
    // 0 is what offloading network cards leave behind.
    const end = total === 0 ? region.end : Math.min(region.end, start + total)
    // Of a fragment nothing is read before the others are there.
    if (number('flags.mf') !== 0 || number('frag_offset') !== 0) return 'end'
    return follow(protocolNames, number('proto'), new Region(region.bytes, region.at, end))
  },

  ipv6(region, layer) {
    const word = wordAt(region, 0)
    if (word >= 0 && word >>> 12 !== 6) throw new Stop(`version ${word >>> 12}`)
    const header = region.take(ipv6, layer)
    const length = Number(header.get('ipv6.plen'))
    const end = length === 0 ? region.end : Math.min(region.end, region.at + length)
    return follow(protocolNames, Number(header.get('ipv6.nxt')), new Region(region.bytes, region.at, end))
  },

  /** GRE in UDP, RFC 8086, is all that is known here of ports; its other port is one of the dynamic ones. */
  udp(region, layer, layers) {
    const header = region.take(udp, layer)
    const [source, destination] = [Number(header.get('udp.srcport')), Number(header.get('udp.dstport'))]
    const length = Number(header.get('udp.length'))
    // RFC 2675 §4: the length of a jumbogram is 0.
    const isJumbo = length === 0 && layers.findLast(({ name }) => name === 'ip' || name === 'ipv6')?.name === 'ipv6'
    if (length < udp.octets && !isJumbo) throw new Stop(`${length} octets in all`)
    const end = isJumbo ? region.end : Math.min(region.end, region.at - udp.octets + length)
    const isGre = destination === greInUdp && source >= dynamicPorts
    if (!isGre) return 'unknown'
    return { name: 'gre', region: new Region(region.bytes, region.at, end) }
  },

  icmp(region, layer) {
    const type = Number(region.take(icmp, layer).get('icmp.type'))
    if (type === 0 || type === 8 || (type >= 13 && type <= 18)) region.take(icmpQuery, layer)
    else if (type === 42 || type === 43) region.take(icmpExtendedEcho, layer)
    else region.octets(4)
    layer.isOpen = true
    return 'end'
  },

  gre: (region, layer) => follow(greNames, readGre(region, layer), region),

  esp(region, layer) {
    region.take(esp, layer)
    layer.isOpen = true
    return 'unknown'
  },

  nhrp(region, layer) {
    readNhrp(region, layer)
    return 'end'
  },
}

/** Options of RFC 791 §3.1. */
const looseRoute = 131
const strictRoute = 137

const greInUdp = 4754
const dynamicPorts = 49_152

const headersOf: Readonly<Record<string, readonly Header[]>> = {
  eth: [ethernet, ethernetWithLength, ethernetWithNeither],
  vlan: [vlan, vlanWithLength],
  sll: [cookedTunnel, cookedType, cookedLinux],
  ip: [ipv4],
  ipv6: [ipv6],
  udp: [udp],
  icmp: [icmp, icmpQuery],
  gre: greHeaders,
  esp: [esp],
  nhrp: nhrpHeaders,
}

const computed: Readonly<Record<string, readonly string[]>> = {
  ip: ['ip.checksum.status'],
  gre: ['gre.checksum.status'],
  nhrp: nhrpNames,
}

/** Every protocol described here, with every name it is asked about. */
export const vocabulary: ReadonlyMap<string, ReadonlySet<string>> = new Map(
  Object.entries(headersOf).map(([name, headers]) => [
    name,
    new Set([...headers.flatMap(each => each.names), ...(computed[name] ?? [])]),
  ]),
)
