/** One input: the octets of a frame and the link type they begin with, or a whole capture file. */
export interface FuzzCase {
  readonly bytes: Uint8Array
  /** LINKTYPE number, or `wholeFile`. */
  readonly linkType: number
}

/** In the place of a link type: the octets are those of a capture file. No LINKTYPE is negative. */
export const wholeFile = -1
