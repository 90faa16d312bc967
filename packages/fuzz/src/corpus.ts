/** What a search begins with: valid frames, one of each shape. */
import { bytesOf, readCapture } from '@dmvpn/capture'
import {
  dmvpn,
  emptyCie,
  encode,
  encodeLayers,
  gre,
  ipv4,
  type LayerToEncode,
  layer,
  type Nhrp,
  nhrp,
} from '@dmvpn/protocols'
import { parseIpv4 } from '@dmvpn/wire'
import { blueprintOf } from './blueprint.ts'
import { pathsOf } from './facts.ts'
import { type FuzzCase, wholeFile } from './fuzz-case.ts'

const rawIp = 228
const hub = { nbma: parseIpv4('192.0.2.1')!, protocol: parseIpv4('10.0.0.1')! }
const spoke = { nbma: parseIpv4('198.51.100.2')!, protocol: parseIpv4('10.0.0.2')! }

const empty = { compulsory: true, reserved: false } as const
const asked = [
  { kind: 'responder-address', ...empty, entries: [] },
  { kind: 'forward-transit', ...empty, entries: [] },
  { kind: 'reverse-transit', ...empty, entries: [] },
  { kind: 'authentication', form: 'cleartext', ...empty, key: Uint8Array.from([0x63, 0x69, 0x73, 0x63, 0x6f]) },
  { kind: 'nat-address', compulsory: false, reserved: false, entries: [] },
  { kind: 'end', ...empty, value: new Uint8Array(0) },
] as const
const binding = { ...emptyCie, prefixLength: 32, mtu: 1476, holdingTime: 600, ...spoke }
const addresses = { sourceNbma: spoke.nbma, sourceProtocol: spoke.protocol, destinationProtocol: hub.protocol }
/** The packet in an error indication: a request, cut behind its addresses. */
const refused = encode(nhrp, { ...addresses, kind: 'resolution-request', type: 1, flags: 0x8000, requestId: 7 }).slice(
  0,
  40,
)
/** The packet in a traffic indication: an IPv4 header and four octets. */
const quoted = encodeLayers([
  layer(ipv4, { source: spoke.protocol, destination: hub.protocol }, { trailer: new Uint8Array(4) }),
])

const messages: readonly Partial<Nhrp>[] = [
  { kind: 'resolution-request', type: 1, flags: 0x8000, requestId: 7, entries: [], extensions: asked },
  { kind: 'resolution-reply', type: 2, flags: 0x8800, requestId: 7, entries: [binding], extensions: asked },
  { kind: 'registration-request', type: 3, flags: 0x8002, requestId: 8, entries: [emptyCie], extensions: asked },
  { kind: 'registration-reply', type: 4, flags: 0x8002, requestId: 8, entries: [emptyCie, binding], extensions: asked },
  { kind: 'purge-request', type: 5, flags: 0x8000, requestId: 9, entries: [binding] },
  { kind: 'purge-reply', type: 6, flags: 0, requestId: 9, entries: [binding] },
  { kind: 'error-indication', type: 7, unused: 0, errorCode: 6, errorOffset: 0, quote: refused },
  { kind: 'traffic-indication', type: 8, unused: 0, trafficCode: 0, unused2: 0, quote: quoted },
]

/** Frames made here: every NHRP message in GRE in IPv4, and GRE with and without its optional words. */
export function builtInSeeds(): FuzzCase[] {
  const outer = layer(ipv4, { source: spoke.nbma, destination: hub.nbma })
  const inner = layer(ipv4, { source: spoke.protocol, destination: hub.protocol }, { trailer: new Uint8Array(5) })
  const stacks: LayerToEncode[][] = messages.map(facts => [
    outer,
    layer(gre, { key: 123 }),
    layer(nhrp, { ...addresses, ...facts } as Partial<Nhrp>),
  ])
  for (const facts of [
    {},
    { key: 0 },
    { sequence: 1 },
    { checksummed: true },
    { checksummed: true, key: 1, sequence: 2 },
  ]) {
    stacks.push([outer, layer(gre, facts), inner])
  }
  return stacks.map(layers => ({ bytes: encodeLayers(layers), linkType: rawIp }))
}

/** The frames of a capture, one of each shape. */
export function seedsOfCapture(file: Uint8Array): FuzzCase[] {
  const seeds: FuzzCase[] = []
  for (const record of readCapture(file)) seeds.push({ bytes: bytesOf(record).slice(), linkType: record.linkType })
  return distinct(seeds)
}

/** Of several cases with the same facts in the same places, values aside, only the first; every whole file. */
export function distinct(cases: readonly FuzzCase[]): FuzzCase[] {
  const seen = new Map<string, FuzzCase>()
  for (const each of cases) {
    if (each.linkType === wholeFile) {
      seen.set(`file ${seen.size}`, each)
      continue
    }
    const shape = blueprintOf(each)
      .layers.map(
        ({ protocol, packet }) =>
          `${protocol.name} ${pathsOf(packet)
            .map(path => path.join('.'))
            .join(' ')}`,
      )
      .join('/')
    const key = `${each.linkType} ${shape}`
    if (!seen.has(key)) seen.set(key, each)
  }
  return [...seen.values()]
}

/** Whether the project understands a case to its end. */
export function isUnderstood({ bytes, linkType }: FuzzCase): boolean {
  return dmvpn.decode(bytes, linkType).fault === undefined
}
