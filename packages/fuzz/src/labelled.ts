/** One file that breaks one rule, and what is known of it. */

/** What a receiver does that keeps to the rules. */
export type Reaction =
  /** Drops the packet and says nothing. */
  | 'discard'
  /** Drops the packet and tells its sender: an NHRP Error Indication. */
  | 'error indication'
  /** Does not act on what is wrong, and does on the rest. */
  | 'ignore the part'
  /** Takes the packet; a tool that judges says what is odd. */
  | 'accept and report'
  /** Of a capture file: reads the records before it, then says that the file is damaged. */
  | 'read up to it'
  /** Of a capture file: reads nothing and says why. */
  | 'refuse the file'

export interface Labelled {
  /** A name without an ending: `nhrp-checksum`. */
  readonly name: string
  /** The rule that is broken, and where it stands. */
  readonly rule: string
  /** The octet that breaks it: of the frame, or of the capture file. */
  readonly offset: number
  /** Wireshark's name of the field, where it has one. */
  readonly field: string
  readonly reaction: Reaction
  /** The Error Indication's code, where one is due (RFC 2332 §5.2.7). */
  readonly errorCode?: number
  /** Every octet of the capture file. */
  readonly file: Uint8Array
  /** What the file is to be called: `.pcap`, `.pcapng`. */
  readonly ending: 'pcap' | 'pcapng'
}
