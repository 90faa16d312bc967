/** One record of a capture as dissecting needs it: where its octets lie, and what the file says about them. */

/** What `@dmvpn/capture` reads is one; `recordOf` makes one of octets. */
export interface FrameRecord {
  /** The buffer the frame lies in, its view, and the frame's place there. */
  readonly buffer: Uint8Array
  readonly view: DataView
  readonly start: number
  readonly end: number
  /** LINKTYPE number. */
  readonly linkType: number
  readonly seconds: number
  readonly nanoseconds: number
  /** Octets on the wire: more than there are where the capture was cut. */
  readonly originalLength: number
  /** Which interface saw it, and what the file says of that one. */
  readonly interface?: number | undefined
  readonly description?: FrameInterface | undefined
  readonly comments?: readonly string[] | undefined
  /** Octets of frame check sequence at the end, where the file says so. */
  readonly fcsLength?: number | undefined
}

export interface FrameInterface {
  readonly name?: string | undefined
  readonly description?: string | undefined
  /** pcapng's `if_tsresol`: 6 is microseconds; with the high bit set the rest is a power of two. */
  readonly resolution?: number | undefined
}

/** A record of octets alone: the rest is what the caller says, or nought. */
export function recordOf(
  bytes: Uint8Array,
  linkType: number,
  facts: Partial<Omit<FrameRecord, 'buffer' | 'view' | 'start' | 'end' | 'linkType'>> = {},
): FrameRecord {
  return {
    buffer: bytes,
    view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    start: 0,
    end: bytes.length,
    linkType,
    seconds: 0,
    nanoseconds: 0,
    originalLength: bytes.length,
    ...facts,
  }
}

/** How many digits tshark prints behind the point of this record's time. */
export function timeDigitsOf(record: FrameRecord): number {
  const resolution = record.description?.resolution ?? 6
  const decimal = resolution < 128 ? resolution : Math.ceil((resolution - 128) * Math.log10(2))
  if (decimal > 6) return 9
  return decimal > 3 ? 6 : decimal
}
