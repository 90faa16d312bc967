/**
 * A frame of a known shape: which layers it has, and where, is known; what a line says of them is read when somebody
 * asks. One stands for all frames of its shape, one after the other.
 */
import { type AnyProtocol, Frame, type Layer, type Stack } from '@dmvpn/protocols'
import type { FrameRecord } from '../frame-record.ts'
import type { Shape } from './shape.ts'

const none = new Uint8Array(0)

export class KnownFrame {
  /** With the layers of the present record; valid until the next one is shown. */
  readonly frame: Frame
  /** Whether some packet could not be read after all: what was made of it is nothing worth. */
  failed = false
  private readonly stack: Stack
  /** Of the record: not the record itself, of which every one is a new object that the collector must hear of. */
  private buffer: Uint8Array = none
  private view: DataView | undefined = undefined
  private start = 0
  /** Counts records: a packet read of an earlier one is read anew. */
  private turn = 0

  constructor(stack: Stack, shape: Shape) {
    this.stack = stack
    this.frame = new Frame(none, 0, shape.length)
    for (const [i, protocol] of shape.protocols.entries()) {
      const region = i === 0 ? shape.length : shape.end[i - 1]!
      this.frame.layers.push(new KnownLayer(this, protocol, shape.at[i]!, shape.body[i]!, shape.end[i]!, region))
    }
  }

  /** Stands for this record from now on. */
  show({ buffer, view, start }: FrameRecord): void {
    this.buffer = buffer
    this.view = view
    this.start = start
    this.turn++
    this.failed = false
  }

  get present(): number {
    return this.turn
  }

  read(protocol: AnyProtocol, at: number, end: number): unknown {
    const { buffer, start } = this
    const packet: unknown = this.stack.briefPacketAt(buffer, this.view!, start + at, start + end, protocol)
    if (packet !== undefined) return packet
    this.failed = true
    return protocol.defaults
  }
}

class KnownLayer implements Layer {
  readonly protocol: AnyProtocol
  readonly at: number
  readonly body: number
  readonly end: number
  readonly source = 0
  private readonly of: KnownFrame
  /** Where the layer around it ends. */
  private readonly region: number
  private kept: unknown = undefined
  private keptIn = 0

  constructor(of: KnownFrame, protocol: AnyProtocol, at: number, body: number, end: number, region: number) {
    this.protocol = protocol
    this.at = at
    this.body = body
    this.end = end
    this.of = of
    this.region = region
  }

  get packet(): unknown {
    const { of } = this
    if (this.keptIn !== of.present) {
      this.kept = of.read(this.protocol, this.at, this.region)
      this.keptIn = of.present
    }
    return this.kept
  }
}
