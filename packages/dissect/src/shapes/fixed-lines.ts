/** Which layers have the same line in the trees of all frames of a shape. */
import type { Frame, Stack } from '@dmvpn/protocols'
import { type Titled, textOf } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import { writeLayerTitle } from '../title-text.ts'
import type { Shape } from './shape.ts'

/**
 * The packets of those layers in a frame of the shape; undefined for the others. Whether a line speaks of an octet that
 * does not steer shows when all of these are turned over.
 */
export function packetsOfFixedLines(
  stack: Stack,
  { protocols, at, body, end, length }: Shape,
  { buffer, start }: FrameRecord,
  { layers }: Frame,
  steering: Uint8Array,
): readonly unknown[] {
  const turned = buffer.slice(start, start + length)
  for (let i = 0; i < length; i++) turned[i]! ^= ~steering[i]! & 0xff
  const view = new DataView(turned.buffer)
  return protocols.map((protocol, i) => {
    const region = i === 0 ? length : end[i - 1]!
    const { packet } = layers[i]!
    const other: unknown = stack.briefPacketAt(turned, view, at[i]!, region, protocol)
    const size = body[i]! - at[i]!
    return other !== undefined && lineOf(protocol, packet, size) === lineOf(protocol, other, size) ? packet : undefined
  })
}

function lineOf(protocol: Titled, packet: unknown, length: number): string {
  return textOf(s => writeLayerTitle(s, protocol, packet, length))
}
