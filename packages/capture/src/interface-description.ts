/** What a capture file says of an interface: pcapng's Interface Description Block, or a pcap file's header. */
import type { RecordOptions } from './record.ts'

export interface InterfaceDescription {
  /** Counted over all sections of the file, from 0. */
  readonly index: number
  readonly linkType: number
  /** Octets kept of each packet at most; 0 where the file sets no limit. */
  readonly snapLength: number
  /** Octets of frame check sequence at the end of each record; undefined where the file does not say. */
  readonly fcsLength: number | undefined
  /** `if_tsresol`: 6 is microseconds; with the high bit set the rest is a power of two. */
  readonly resolution: number
  /** `if_tsoffset`: seconds added to every timestamp. */
  readonly offset: number
  readonly name: string | undefined
  readonly description: string | undefined
  readonly filter: string | undefined
  readonly hardware: string | undefined
  readonly operatingSystem: string | undefined
  /** Bits a second, as the file says; exact to 2^53. */
  readonly speed: number | undefined
  readonly comments: readonly string[]
  /** The options as they stand in the file; undefined in a pcap file and where one is made by hand. */
  readonly options: RecordOptions | undefined
}

/** What a description made by hand may say. */
export type InterfaceFacts = Pick<InterfaceDescription, 'linkType'> &
  Partial<Omit<InterfaceDescription, 'linkType' | 'options'>>

/** A description for writing; nanosecond resolution and no snap length unless said otherwise. */
export function describeInterface(facts: InterfaceFacts): InterfaceDescription {
  return {
    index: facts.index ?? 0,
    linkType: facts.linkType,
    snapLength: facts.snapLength ?? 0,
    fcsLength: facts.fcsLength,
    resolution: facts.resolution ?? 9,
    offset: facts.offset ?? 0,
    name: facts.name,
    description: facts.description,
    filter: facts.filter,
    hardware: facts.hardware,
    operatingSystem: facts.operatingSystem,
    speed: facts.speed,
    comments: facts.comments ?? [],
    options: undefined,
  }
}
