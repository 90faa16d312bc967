/**
 * The blocks of a pcapng file, draft-ietf-opsawg-pcapng §3.1. All share one frame:
 *
 *   +---------------------------------------------------------------+
 *   |                          Block Type                           |
 *   +---------------------------------------------------------------+
 *   |                      Block Total Length                       |
 *   +---------------------------------------------------------------+
 *   |              Block Body, of a multiple of 32 bits             |
 *   +---------------------------------------------------------------+
 *   |                      Block Total Length                       |
 *   +---------------------------------------------------------------+
 */
import type { InterfaceDescription } from './interface-description.ts'
import type { ByteOrder } from './record.ts'

export const blockType = {
  section: 0x0a0d0d0a,
  interface: 1,
  packet: 2,
  simplePacket: 3,
  names: 4,
  statistics: 5,
  enhancedPacket: 6,
  secrets: 10,
  custom: 0x00000bad,
  customNotCopied: 0x40000bad,
} as const

export const byteOrderMagic = 0x1a2b3c4d

export type BlockKind = 'section' | 'interface' | 'names' | 'statistics' | 'secrets' | 'custom' | 'unknown'

/** A block that is not a packet, as it stands in the file. Its bytes are valid as long as a record is. */
export interface CaptureBlock {
  readonly kind: BlockKind
  /** The block type's number. */
  readonly type: number
  /** The byte order of its section. */
  readonly order: ByteOrder
  /** The whole block, both lengths included. */
  readonly bytes: Uint8Array
  /** Of an interface block, itself; of a statistics block, the interface it counts for. */
  readonly description: InterfaceDescription | undefined
  readonly fileOffset: number
}

/** What a section's header says of who captured it. */
export interface SectionDescription {
  readonly order: ByteOrder
  readonly hardware: string | undefined
  readonly operatingSystem: string | undefined
  readonly application: string | undefined
  readonly comments: readonly string[]
}

/** A name that the file gives to an address (Name Resolution Block). */
export interface NamedAddress {
  /** An IPv4 or IPv6 address, or an EUI-48 or EUI-64 in hexadecimal with colons. */
  readonly address: string
  readonly names: readonly string[]
}

/** The kind of a block by its number; packets are no kind, they become records. */
export function kindOf(type: number): BlockKind {
  switch (type) {
    case blockType.section:
      return 'section'
    case blockType.interface:
      return 'interface'
    case blockType.names:
      return 'names'
    case blockType.statistics:
      return 'statistics'
    case blockType.secrets:
      return 'secrets'
    case blockType.custom:
    case blockType.customNotCopied:
      return 'custom'
    default:
      return 'unknown'
  }
}
