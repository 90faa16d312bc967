/**
 * The header every IKE payload begins with, RFC 2408 §3.2 and RFC 7296 §3.2.
 *
 *  | Next Payload  |C|  RESERVED   |         Payload Length        |
 */
import { bits, type Field, field, flag, type Layout, layout, type Outline, opaque, u8, u16 } from '@dmvpn/wire'
import { payloadNames } from './names.ts'

export interface GenericPayload {
  readonly next: number
  /** The critical bit of version 2 is its first. */
  readonly reserved: number
  /** Octets, these four included. */
  readonly length: number
}

const title = 'Payload'
const next = u8('isakmp.nextpayload', 'Next payload', { names: payloadNames })
const length = u16('isakmp.payloadlength', 'Payload length')

/** As it is read and written. */
export const genericPayload: Layout<GenericPayload> = layout<GenericPayload>('isakmp', title, {
  next,
  reserved: u8('isakmp.reserved', 'Reserved'),
  length,
})

/** As version 1 shows it, and version 2 within security associations. */
export const payloadRows1: Layout<{ readonly next: number; readonly reserved: Uint8Array; readonly length: number }> =
  layout('isakmp', title, { next, reserved: opaque(1, 'isakmp.reserved', 'Reserved'), length })

export const payloadRows2: Layout<{
  readonly next: number
  readonly critical: boolean
  readonly reserved: number
  readonly length: number
}> = layout('isakmp', title, {
  next,
  critical: flag('isakmp.criticalpayload', 'Critical Bit', { truth: ['Critical', 'Not critical'] }),
  reserved: bits(7, 'isakmp.reserved7', 'Reserved', { base: 'hex' }),
  length,
})

/** A payload as a whole: its type, which stands in the payload before it. */
export const typeOfPayload: Field = field('isakmp.typepayload', 'Payload', 'uint8', { names: payloadNames })

/** What a payload holds behind what is known of it. */
export const leftOver: Field = field('isakmp.payload.leftover', 'Octets left over', 'bytes')

export const genericPayloadFields: readonly (Outline | Field)[] = [payloadRows1, payloadRows2, typeOfPayload, leftOver]

/** `Payload: Nonce (40)`. */
export function payloadTitle(type: number): string {
  return `Payload: ${payloadNames.nameOf(type) ?? 'Unknown'} (${type})`
}
