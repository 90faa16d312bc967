/** A Registration Request in GRE in IPv4, and what is changed in it to break one rule. */
import {
  type Extension,
  emptyCie,
  encode,
  encodeLayers,
  gre,
  ipv4,
  type LayerOptions,
  layer,
  type Nhrp,
  nhrp,
} from '@dmvpn/protocols'
import { internetChecksum, parseIpv4 } from '@dmvpn/wire'
import { captureOf } from './finding.ts'
import type { Labelled, Reaction } from './labelled.ts'

const rawIp = 101
/** Where NHRP begins: behind an IPv4 header and a GRE header with a key. */
const start = 28
/** Where its parts begin, counted from there. */
export const mandatory = 20
export const addresses = 28
export const entry = 40

const spoke = { nbma: parseIpv4('198.51.100.2')!, protocol: parseIpv4('10.0.0.2')! }
const hub = { nbma: parseIpv4('192.0.2.1')!, protocol: parseIpv4('10.0.0.1')! }
export const password: Uint8Array = Uint8Array.from([0x73, 0x65, 0x63, 0x72, 0x65, 0x74])

export const authentication: Extension = {
  kind: 'authentication',
  form: 'cleartext',
  compulsory: true,
  reserved: false,
  key: password,
}
export const end: Extension = { kind: 'end', compulsory: true, reserved: false, value: new Uint8Array(0) }
export const usual: readonly Extension[] = [authentication, end]
/** Where the extensions begin, and where the End extension does. */
export const extensions: number = entry + 12
export const endAt: number = extensions + 14

const registration: Partial<Nhrp> = {
  kind: 'registration-request',
  type: 3,
  flags: 0x8000,
  requestId: 1,
  sourceNbma: spoke.nbma,
  sourceProtocol: spoke.protocol,
  destinationProtocol: hub.protocol,
  entries: [{ ...emptyCie, prefixLength: 255, mtu: 1400, holdingTime: 600 }],
  extensions: usual,
}

export interface Change {
  readonly facts?: Partial<Nhrp>
  readonly options?: LayerOptions
  /** Octets set after everything else, counted from NHRP's first; the checksum is made again. */
  readonly octets?: Readonly<Record<number, number>>
  /** How much of the packet is sent. */
  readonly sent?: number
}

function frame({ facts = {}, options = {}, octets = {}, sent }: Change): Uint8Array {
  const packet = encode(nhrp, { ...registration, ...facts } as Partial<Nhrp>, options)
  const claims = options.claims ?? {}
  for (const [at, octet] of Object.entries(octets)) packet[Number(at)] = octet
  if (!('checksum' in claims)) resum(packet)
  const outer = encodeLayers([
    layer(ipv4, { source: spoke.nbma, destination: hub.nbma, protocol: 47 }),
    layer(gre, { protocol: 0x2001, key: 1 }, { trailer: packet.slice(0, sent) }),
  ])
  return outer
}

function resum(packet: Uint8Array): void {
  packet.set([0, 0], 12)
  const sum = internetChecksum(packet)
  packet.set([sum >>> 8, sum & 255], 12)
}

/** A file of the corpus; `at` counts from NHRP's first octet. */
export function nhrpLabel(
  name: string,
  rule: string,
  at: number,
  field: string,
  reaction: Reaction,
  change: Change,
  errorCode?: number,
): Labelled {
  const file = captureOf({ bytes: frame(change), linkType: rawIp })
  const labelled = { name: `nhrp-${name}`, rule, offset: start + at, field, reaction, file, ending: 'pcap' } as const
  return errorCode === undefined ? labelled : { ...labelled, errorCode }
}
