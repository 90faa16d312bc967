/** A witness that keeps notes, and the fields it is shown, with their places. */
import { type AnyProtocol, dmvpn, type Frame } from '@dmvpn/protocols'
import type { Fault, Field, Value, Witness } from '@dmvpn/wire'

export interface Noted {
  readonly field: Field
  readonly at: number
  readonly text: string
}

export class Recorder implements Witness {
  readonly notes: Noted[] = []
  readonly values: { readonly field: Field; readonly at: number; readonly value: Value }[] = []
  fault: Fault | undefined = undefined

  wants(): boolean {
    return true
  }
  note(field: Field, at: number, _length: number, text: string): void {
    this.notes.push({ field, at, text })
  }
  value(field: Field, at: number, _length: number, value: Value): void {
    this.values.push({ field, at, value })
  }
  stopped(fault: Fault): void {
    this.fault = fault
  }
  beginLayer(): void {}
  endLayer(): void {}
  reopenLayer(): void {}
  beginSource(): void {}
  rows(): void {}
  below(): void {}
  open(): void {}
  openField(): void {}
  close(): void {}
  beginQuote(): void {}
  endQuote(): void {}
}

/** A packet of a protocol and what it carries, every checksum verified: what the walk saw, and what it understood. */
export function watched(protocol: AnyProtocol, bytes: Uint8Array): { readonly seen: Recorder; readonly frame: Frame } {
  const seen = new Recorder()
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const frame = dmvpn.walk(bytes, view, 0, bytes.length, protocol, { witness: seen, verify: true })
  return { seen, frame }
}
