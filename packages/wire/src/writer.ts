/**
 * Headers are written innermost first, each in front of what it carries, so every header finds its payload in place and
 * computes its lengths and checksums without going back.
 */

import { type Ipv6, writeIpv6 } from './address.ts'
import { checksumOf, checksumWithout } from './checksum.ts'
import type { Address } from './cursor.ts'
import type { Layout } from './layout/layout.ts'

/** Octets and a view on them, both from the same place on. */
export interface Memory {
  readonly bytes: Uint8Array
  readonly view: DataView
}

/** Up to so many octets are copied one by one: a call to copy them costs more, and most are none at all. */
const few = 24

export class Writer implements Memory {
  readonly bytes: Uint8Array
  readonly view: DataView
  /** Where the header being written starts. */
  start = 0
  /** Where the next octet goes. */
  at = 0
  /** Where the header ends and its payload begins. */
  body = 0
  /** Where the payload, and the layer's own trailer, end. */
  end = 0
  /** Octets of the layer's own trailer. */
  trailer = 0

  /** Writes into octets of its own, all zero, or into those of others. */
  constructor(memory: number | Memory) {
    if (typeof memory === 'number') {
      // The buffer first: an array that is asked for its buffer makes one and moves there.
      const buffer = new ArrayBuffer(memory)
      this.bytes = new Uint8Array(buffer)
      this.view = new DataView(buffer)
    } else {
      this.bytes = memory.bytes
      this.view = memory.view
    }
  }

  /** Octets of the payload behind the header being written. */
  get payload(): number {
    return this.end - this.body
  }

  /** Where to write a layout that comes next. To call its own `write` costs less than `put`, which calls those of all. */
  pass(layout: Pick<Layout<unknown>, 'size'>): number {
    const { at } = this
    this.at = at + layout.size
    return at
  }

  put<T>(layout: Layout<T>, value: T): void {
    layout.write(this.view, this.at, value)
    this.at += layout.size
  }

  putBytes(bytes: Uint8Array): void {
    const { length } = bytes
    if (length > few) this.bytes.set(bytes, this.at)
    else for (let i = 0; i < length; i++) this.bytes[this.at + i] = bytes[i]!
    this.at += length
  }

  putU16(value: number): void {
    this.view.setUint16(this.at, value)
    this.at += 2
  }

  /** The octets of an address; nothing where there is none. */
  putAddress(address: Address | undefined): void {
    if (typeof address === 'number') {
      this.view.setUint32(this.at, address)
      this.at += 4
    } else if (address !== undefined) this.putLongAddress(address)
  }

  /** Apart, so that the usual one is short enough to be put where it is called from. */
  private putLongAddress(address: Ipv6 | Uint8Array): void {
    if (typeof address === 'bigint') {
      writeIpv6(this.view, this.at, address)
      this.at += 16
    } else this.putBytes(address)
  }

  /** The Internet checksum of `[from, to)` of the buffer. */
  checksum(from: number = this.start, to: number = this.end, initial = 0): number {
    return checksumOf(this.view, from, to, initial)
  }

  /** The same with the field at `field` taken as zero. */
  checksumWithout(field: number, from: number = this.start, to: number = this.end, initial = 0): number {
    return checksumWithout(this.view, from, to, field, initial)
  }
}

/** How many octets an address has on the wire. */
export function sizeOfAddress(address: Address | undefined): number {
  if (address === undefined) return 0
  if (typeof address === 'number') return 4
  return typeof address === 'bigint' ? 16 : address.length
}
