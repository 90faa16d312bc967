/** What a filter reads of a frame: one column for each field it names, filled anew for every frame. */
import type { Value } from '@dmvpn/wire'
import { Values } from './values.ts'

/** All values of one field in the present frame, with the layers they stand in where somebody asks for those. */
export class Column extends Values {
  readonly name: string
  /** Whether values are read, or only counted. */
  reads = false
  /** Whether somebody asks in which layers they stand. */
  layered = false
  /** For each value, the number of its layer among those of the same protocol. */
  readonly layers: number[] = []
  /** Of a protocol: with all it carries. `items` has its own octets. */
  readonly whole: Values = new Values()

  constructor(name: string) {
    super()
    this.name = name
  }

  clear(): void {
    this.count = 0
    this.whole.count = 0
  }

  /** Adds a value that stands in a layer. */
  put(value: Value, layer: number): void {
    if (this.layered) this.layers[this.count] = layer
    this.items[this.count++] = value
  }
}
