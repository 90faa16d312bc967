/**
 * The fixed words of a GRE header. The flags word has two readings: RFC 1701 and RFC 2784 call bits 8 to 12 reserved;
 * where PPP (RFC 2637 §4.1) or a 3GPP2 A10 connection (RFC 2784 extended by 3GPP2 A.S0008) is carried, bit 8 says
 * that an acknowledgment number follows.
 */
import { bits, flag, type Layout, layout, names, type Part, u16, u32, word } from '@dmvpn/wire'
import { greProtocolNames } from './protocol-types.ts'

export interface GreFlags {
  readonly checksum: boolean
  readonly routing: boolean
  readonly key: boolean
  readonly sequence: boolean
  readonly strictSourceRoute: boolean
  readonly recursion: number
  readonly reserved: number
  readonly version: number
}

export interface GreStart {
  readonly flags: GreFlags
  readonly protocol: number
}

export interface AcknowledgedStart {
  readonly flags: GreFlags & { readonly acknowledgment: boolean }
  readonly protocol: number
}

const yes = { truth: ['Yes', 'No'] } as const
const short = { type: 'uint16' } as const

const flagParts = {
  checksum: flag('gre.flags.checksum', 'Checksum Bit', yes),
  routing: flag('gre.flags.routing', 'Routing Bit', yes),
  key: flag('gre.flags.key', 'Key Bit', yes),
  sequence: flag('gre.flags.sequence_number', 'Sequence Number Bit', yes),
  strictSourceRoute: flag('gre.flags.strict_source_route', 'Strict Source Route Bit', yes),
  recursion: bits(3, 'gre.flags.recursion_control', 'Recursion control', short),
}
const reserved = (width: number): Part<number> => bits(width, 'gre.flags.reserved', 'Flags (Reserved)', short)
const version = bits(3, 'gre.flags.version', 'Version', { ...short, names: names({ 0: 'GRE', 1: 'Enhanced GRE' }) })
const protocolType = u16('gre.proto', 'Protocol Type', { base: 'hex', names: greProtocolNames })

export const start: Layout<GreStart> = layout<GreStart>('gre', 'Generic Routing Encapsulation', {
  flags: word('gre.flags_and_version', 'Flags and Version', { ...flagParts, reserved: reserved(5), version }),
  protocol: protocolType,
})

export const acknowledgedStart: Layout<AcknowledgedStart> = layout<AcknowledgedStart>(
  'gre',
  'Generic Routing Encapsulation',
  {
    flags: word('gre.flags_and_version', 'Flags and Version', {
      ...flagParts,
      acknowledgment: flag('gre.flags.ack', 'Acknowledgment', yes),
      reserved: reserved(4),
      version,
    }),
    protocol: protocolType,
  },
)

export const checksumWord: Layout<{ readonly checksum: number; readonly offset: number }> = layout(
  'gre',
  'GRE checksum',
  {
    checksum: u16('gre.checksum', 'Checksum', { base: 'hex' }),
    offset: u16('gre.offset', 'Offset'),
  },
)

export const keyWord: Layout<{ readonly key: number }> = layout('gre', 'GRE key', {
  key: u32('gre.key', 'Key', { base: 'hex' }),
})

/** RFC 2637 §4.1: the key word of enhanced GRE. */
export const callWord: Layout<{ readonly payloadLength: number; readonly callId: number }> = layout('gre', 'GRE call', {
  payloadLength: u16('gre.key.payload_length', 'Payload Length'),
  callId: u16('gre.key.call_id', 'Call ID'),
})

export const sequenceWord: Layout<{ readonly sequence: number }> = layout('gre', 'GRE sequence number', {
  sequence: u32('gre.sequence_number', 'Sequence Number'),
})

export const acknowledgmentWord: Layout<{ readonly acknowledgment: number }> = layout('gre', 'GRE acknowledgment', {
  acknowledgment: u32('gre.ack_number', 'Acknowledgment Number'),
})
