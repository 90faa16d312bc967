/** One input: the octets of a frame and the link type they begin with. */
export interface FuzzCase {
  readonly bytes: Uint8Array
  /** LINKTYPE number. */
  readonly linkType: number
}
