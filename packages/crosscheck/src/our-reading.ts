/** What our own walk shows of a frame, in the form of an opinion: the values a dissector would print. */
import type { Stack } from '@dmvpn/protocols'
import {
  describe,
  type Fault,
  type Field,
  formatIpv4,
  type Outline,
  type Row,
  type Value,
  type Witness,
} from '@dmvpn/wire'
import { hex } from './header.ts'
import { type LayerOpinion, newLayer, say } from './opinion.ts'

/** Every layer of a frame as `stack` walks it, with the values that `wanted` names. */
export function ourReading(
  stack: Stack,
  bytes: Uint8Array,
  linkType: number,
  wanted: ReadonlyMap<string, ReadonlySet<string>>,
): readonly LayerOpinion[] {
  const listener = new Listener(bytes, wanted)
  stack.decode(bytes, linkType, { witness: listener, verify: true })
  return listener.layers
}

const nothing: ReadonlySet<string> = new Set()

class Listener implements Witness {
  readonly layers: LayerOpinion[] = []
  readonly #wanted: ReadonlyMap<string, ReadonlySet<string>>
  readonly #view: DataView
  #names: ReadonlySet<string> = nothing
  /** Packets inside the present one: nobody else reads them. */
  #quotes = 0

  constructor(bytes: Uint8Array, wanted: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#wanted = wanted
  }

  wants(field: Field): boolean {
    return this.#quotes === 0 && this.#names.has(field.name)
  }

  beginLayer(protocol: { readonly name: string }, at: number): void {
    if (this.#quotes > 0) return
    this.layers.push(newLayer(protocol.name, at))
    this.#names = this.#wanted.get(protocol.name) ?? nothing
  }

  rows(layout: Outline, at: number, available: number): void {
    if (this.#quotes === 0) this.#rows(layout.rows, at, 8 * available)
  }

  value(field: Field, _at: number, _length: number, value: Value): void {
    const layer = this.layers.at(-1)
    if (this.#quotes > 0 || layer === undefined || !this.#names.has(field.name)) return
    if (!(value instanceof Uint8Array) || value.length > 0) say(layer, field.name, textOf(field, value))
  }

  openField(field: Field, at: number, value: Value): void {
    this.value(field, at, 0, value)
  }

  stopped(fault: Fault): void {
    const layer = this.layers.at(-1)
    if (layer !== undefined) layer.stopped = describe(fault)
  }

  beginQuote(): void {
    this.#quotes++
  }

  endQuote(): void {
    this.#quotes--
  }

  // Trees and notes are not compared.
  endLayer(): void {}
  reopenLayer(): void {}
  beginSource(): void {}
  below(): void {}
  open(): void {}
  close(): void {}
  note(): void {}

  #rows(rows: readonly Row[], at: number, bits: number): void {
    const layer = this.layers.at(-1)
    if (layer === undefined) return
    for (const row of rows) {
      if (row.bit + row.width <= bits && this.#names.has(row.name)) {
        say(layer, row.name, textOf(row, row.raw(this.#view, at)))
      }
      this.#rows(row.children, at, bits)
    }
  }
}

/** A value as the other readers print it. */
function textOf(field: Field, value: Value): string {
  if (value instanceof Uint8Array) return hex(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (typeof value === 'number' && field.type === 'ipv4') return formatIpv4(value)
  if (typeof value === 'number' && field.type === 'ether')
    return (value.toString(16).padStart(12, '0').match(/../g) ?? []).join(':')
  if (typeof value === 'bigint' && field.type === 'ipv6') return value.toString(16).padStart(32, '0')
  return String(value)
}
