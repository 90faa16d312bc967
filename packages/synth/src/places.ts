/** Where a frame's fields lie, by Wireshark name: found by watching the walk. */
import type { Frame, Stack } from '@dmvpn/protocols'
import { allRows, type Fault, type Field, type Kind, type Outline, type Value, type Witness } from '@dmvpn/wire'
import type { SynthFrame } from './compose.ts'

/** Bits `[bit, bit + width)` of a frame that are a field. */
export interface Place {
  readonly field: Field
  /** How the bits are read; undefined for named octets, which the field's type describes. */
  readonly kind: Kind | undefined
  readonly bit: number
  readonly width: number
  /** The layer of the frame that the field belongs to. */
  readonly layer: number
}

/** The frame and every place of the field in it, in the order of the tree, quoted packets included. */
export function placesOf(
  { bytes, linkType }: SynthFrame,
  name: string,
  stack: Stack,
): { readonly frame: Frame; readonly places: readonly Place[] } {
  const witness = new PlaceWitness(name)
  const frame = stack.decode(bytes, linkType, { witness })
  return { frame, places: witness.places }
}

class PlaceWitness implements Witness {
  readonly places: Place[] = []
  private readonly name: string
  private layers = 0
  private quotes = 0
  private current = 0

  constructor(name: string) {
    this.name = name
  }

  /** What is computed has no place, and of the rest one field is looked for. */
  wants(field: Field): boolean {
    return field.name === this.name && !field.generated
  }

  beginLayer(): void {
    if (this.quotes === 0) this.current = this.layers++
  }

  reopenLayer(index: number): void {
    this.current = index
  }

  rows(layout: Outline, at: number, available: number): void {
    for (const row of allRows(layout.rows)) {
      if (row.name !== this.name || row.bit + row.width > 8 * available) continue
      this.add({ field: row, kind: row.kind, bit: 8 * at + row.bit, width: row.width, layer: this.current })
    }
  }

  value(field: Field, at: number, length: number, _value: Value): void {
    if (field.name !== this.name || field.generated || length === 0) return
    this.add({ field, kind: undefined, bit: 8 * at, width: 8 * length, layer: this.current })
  }

  openField(field: Field, at: number, value: Value): void {
    void [field, at, value]
  }

  beginQuote(): void {
    this.quotes++
  }

  endQuote(_at: number, _fault: Fault | undefined): void {
    this.quotes--
  }

  endLayer(): void {}
  beginSource(): void {}
  below(): void {}
  open(): void {}
  close(): void {}
  note(): void {}
  stopped(): void {}

  /** Bits that are shown twice under one name are one place. */
  private add(place: Place): void {
    const last = this.places.at(-1)
    if (last?.bit !== place.bit || last.width !== place.width) this.places.push(place)
  }
}
