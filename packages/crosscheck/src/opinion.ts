/** What somebody reads in a frame: its layers, and in each the values by name, in the order of the wire. */
import type { Header } from './header.ts'

export interface LayerOpinion {
  /** Wireshark's name of the protocol. */
  readonly name: string
  /** First octet of the header, in the frame. */
  readonly at: number
  /** Each name's values; one that is repeated in the layer has several. */
  readonly values: Map<string, string[]>
  /** Why the layer was not read to its end; undefined where it was. */
  stopped: string | undefined
  /** Whether more of the layer is left undescribed: then there is no opinion on where reading must stop. */
  isOpen: boolean
  /** Names on which there is no opinion in this layer: an option that is not described may change what they stand for. */
  readonly unjudged: Set<string>
}

export function newLayer(name: string, at: number): LayerOpinion {
  return { name, at, values: new Map(), stopped: undefined, isOpen: false, unjudged: new Set() }
}

export function say(layer: LayerOpinion, name: string, value: string): void {
  const values = layer.values.get(name)
  if (values === undefined) layer.values.set(name, [value])
  else values.push(value)
}

/** Says why reading a layer cannot go on; caught where layers are read one after the other. */
export class Stop {
  readonly because: string
  constructor(because: string) {
    this.because = because
  }
}

/** Octets of which a reader takes one header or value after the other, and never one that is not all there. */
export class Region {
  readonly bytes: Uint8Array
  at: number
  readonly end: number

  constructor(bytes: Uint8Array, at: number, end: number) {
    this.bytes = bytes
    this.at = at
    this.end = end
  }

  get left(): number {
    return this.end - this.at
  }

  /** Reads a header into a layer. */
  take(header: Header, layer: LayerOpinion): ReadonlyMap<string, string> {
    if (this.left < header.octets) throw new Stop(`${header.octets} octets needed at ${this.at}, ${this.left} there`)
    const readings = header.read(this.bytes, this.at)
    this.at += header.octets
    for (const [name, value] of readings) say(layer, name, value)
    return readings
  }

  octets(length: number): Uint8Array {
    if (this.left < length) throw new Stop(`${length} octets needed at ${this.at}, ${this.left} there`)
    this.at += length
    return this.bytes.subarray(this.at - length, this.at)
  }
}

/** The ones' complement sum of RFC 1071 over some octets, as it stands in a checksum that covers itself: 0 where right. */
export function remainder(octets: Uint8Array): number {
  let sum = 0
  octets.forEach((octet, index) => {
    sum += index % 2 === 0 ? octet * 256 : octet
  })
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000)
  return 0xffff - sum
}

/** Sixteen bits at an offset into a region, looked at but not taken; -1 where they are not there. */
export function wordAt(region: Region, offset: number): number {
  const { bytes, at, left } = region
  return left < offset + 2 ? -1 : bytes[at + offset]! * 256 + bytes[at + offset + 1]!
}
