/**
 * The only thing that counts bytes. A walk takes layouts and named octets from it; regions end where a length field
 * says, and running out says whose length ran out.
 */
import { type Ipv4, type Ipv6, readIpv6 } from './address.ts'
import { type Fault, Stopped } from './fault.ts'
import type { Field, Value } from './field.ts'
import type { Layout, Outline } from './layout/layout.ts'
import { leafRows } from './layout/row.ts'
import type { Witness } from './witness.ts'

/** A protocol address: IPv4 where it has 4 octets, IPv6 where it has 16, otherwise the octets themselves. */
export type Address = Ipv4 | Ipv6 | Uint8Array

/** The three faces of an address field, by length: Wireshark names IPv4 addresses and others apart. */
export interface AddressFields {
  readonly ipv4: Field
  readonly ipv6: Field
  readonly bytes: Field
}

const none = new Uint8Array(0)

export class Cursor {
  bytes: Uint8Array = none
  view: DataView = new DataView(none.buffer)
  /** Where the source begins in the buffer: faults count from here. */
  origin = 0
  at = 0
  end = 0
  /** Whose length ends the current region: `'capture'` or the Wireshark name of a length field. */
  limitedBy = 'capture'
  /** Octets that the length of the present region claims but that are not there. */
  absent = 0
  witness: Witness | undefined = undefined
  private readonly regions: Region[] = []
  private depth = 0
  /** The memory that `bytes` is a view on, and where it begins there. */
  private memory: ArrayBufferLike = none.buffer
  private base = 0

  /** Starts over on `[start, end)` of a buffer. `view` must cover the same buffer as `bytes`. */
  reset(bytes: Uint8Array, view: DataView, start: number, end: number): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes
      this.memory = bytes.buffer
      this.base = bytes.byteOffset
    }
    this.view = view
    this.origin = start
    this.at = start
    this.end = end
    this.limitedBy = 'capture'
    this.absent = 0
    this.depth = 0
  }

  /** Octets left in the current region. */
  get left(): number {
    return this.end - this.at
  }

  /** Whether this computed field or note is wanted by a witness. Without one, nothing is. */
  wants(field: Field): boolean {
    return this.witness !== undefined && this.witness.wants(field)
  }

  /** The octets `[from, to)` of the buffer, as a view: half of what `subarray` costs. */
  octets(from: number, to: number): Uint8Array {
    return from === to ? none : new Uint8Array(this.memory, this.base + from, to - from)
  }

  /**
   * Passes over a layout and gives where it begins; stops the walk where it does not fit. `take` is this and `read`. A
   * walk that many frames go through does both itself, `header.read(c.view, c.pass(header))`: there the compiler sees
   * which layout is read, puts its code in place of the call, and makes no object of which only the values are used.
   */
  pass(layout: Outline): number {
    const at = this.at
    if (this.end - at < layout.size) this.cut(layout)
    if (this.witness !== undefined) this.witness.rows(layout, at, layout.size)
    this.at = at + layout.size
    return at
  }

  /** The value of a layout. Stops the walk where it does not fit. */
  take<T>(layout: Layout<T>): T {
    return layout.read(this.view, this.pass(layout))
  }

  /** The value of a layout, shown to a witness as the rows of another of the same size: one wire form under two sets of names. */
  takeAs<T>(layout: Layout<T>, shown: Outline): T {
    const at = this.at
    if (this.end - at < layout.size) this.cut(shown)
    if (this.witness !== undefined) this.witness.rows(shown, at, shown.size)
    this.at = at + layout.size
    return layout.read(this.view, at)
  }

  /** The value of a layout that is looked at but not taken, or undefined where it does not fit. */
  peek<T>(layout: Layout<T>): T | undefined {
    return this.end - this.at < layout.size ? undefined : layout.read(this.view, this.at)
  }

  /** `length` named opaque octets, as a view on the buffer. */
  takeBytes(field: Field, length: number): Uint8Array {
    this.need(field.name, length)
    const taken = this.octets(this.at, this.at + length)
    if (this.witness !== undefined && length > 0) this.witness.value(field, this.at, length, taken)
    this.at += length
    return taken
  }

  /** Everything left in the region, as named octets. */
  takeRest(field: Field): Uint8Array {
    return this.takeBytes(field, this.end - this.at)
  }

  /** An address of `length` octets; `undefined` where there are none. */
  takeAddress(fields: AddressFields, length: number): Address | undefined {
    if (length !== 4) return length === 0 ? undefined : this.takeOtherAddress(fields, length)
    this.need(fields.ipv4.name, 4)
    const at = this.at
    this.at = at + 4
    const address = this.view.getUint32(at)
    if (this.witness !== undefined) this.witness.value(fields.ipv4, at, 4, address)
    return address
  }

  private takeOtherAddress(fields: AddressFields, length: number): Address {
    this.need(length === 16 ? fields.ipv6.name : fields.bytes.name, length)
    const at = this.at
    this.at = at + length
    const bytes = this.octets(at, at + length)
    if (this.witness !== undefined) this.witness.value(fields.bytes, at, length, bytes)
    if (length !== 16) return bytes
    const address = readIpv6(this.view, at)
    if (this.witness !== undefined) this.witness.value(fields.ipv6, at, 16, address)
    return address
  }

  /** A subaddress: opaque octets, `undefined` where there are none. */
  takeSubaddress(field: Field, length: number): Uint8Array | undefined {
    return length === 0 ? undefined : this.takeBytes(field, length)
  }

  /** Stops the walk where fewer than `length` octets are left. */
  need(reading: string, length: number): void {
    if (this.end - this.at < length) this.runOut(reading, length, this.at, this.end)
  }

  /**
   * Begins a region of `length` octets, named after the field that claims the length. A region that promises more
   * than there is is walked as far as the octets reach; `leave` then reports the promise.
   */
  enter(length: number, claimedBy: string): void {
    if (this.depth === this.regions.length) this.regions.push(newRegion())
    const region = this.regions[this.depth++]!
    region.end = this.end
    region.limitedBy = this.limitedBy
    region.absent = this.absent
    region.claimedBy = claimedBy
    region.at = this.at
    region.length = length
    this.narrow(length, claimedBy)
  }

  /** Ends the region: the cursor stands behind it, whatever was read of it. */
  leave(): void {
    const region = this.regions[--this.depth]!
    this.limitedBy = region.limitedBy
    const { at, length, end } = region
    if (length > end - at) this.runOut(region.claimedBy, length, at, end)
    this.at = at + length
    this.end = end
    this.absent = region.absent
  }

  /**
   * `enter` for a walk that many packets go through: it keeps `end`, `limitedBy` and `absent` itself and puts them back,
   * and reports what is missing by `runOut`.
   */
  narrow(length: number, claimedBy: string): void {
    const end = this.at + length
    if (end <= this.end) {
      this.end = end
      this.limitedBy = claimedBy
      this.absent = 0
    } else this.absent = end - this.end
  }

  /** `enter`, a walk, `leave`. */
  within<T>(length: number, claimedBy: string, inside: () => T): T {
    this.enter(length, claimedBy)
    const value = inside()
    this.leave()
    return value
  }

  /** Ends the current region sooner, for good: IPv4's total length, GRE's payload. A longer claim changes nothing. */
  limit(length: number, claimedBy: string): void {
    if (length <= this.end - this.at) {
      this.end = this.at + length
      this.limitedBy = claimedBy
    }
  }

  /** A walk that may stop without stopping this one: the packet inside an error indication. */
  attempt<T>(inside: () => T): T | Fault {
    const { end, limitedBy, absent, depth } = this
    try {
      return inside()
    } catch (stopped) {
      if (!(stopped instanceof Stopped)) throw stopped
      return stopped.fault
    } finally {
      this.end = end
      this.limitedBy = limitedBy
      this.absent = absent
      this.depth = depth
    }
  }

  /** Begins a subtree, where a witness watches. */
  open(title: string): void {
    if (this.witness !== undefined) this.witness.open(title, this.at)
  }

  /** Begins a subtree under a named field, where a witness watches. */
  openField(field: Field, value: Value): void {
    if (this.witness !== undefined) this.witness.openField(field, this.at, value)
  }

  /** What follows is shown below what was shown last, where a witness watches. */
  below(): void {
    if (this.witness !== undefined) this.witness.below()
  }

  /** Ends `open`, `openField` or `below`. */
  close(title?: string): void {
    if (this.witness !== undefined) this.witness.close(this.at, title)
  }

  /** Shows a computed value, where a witness watches. */
  show(field: Field, value: Value, at: number = this.at, length = 0): void {
    if (this.witness !== undefined) this.witness.value(field, at, length, value)
  }

  /** Notes what is odd without stopping, where a witness watches. */
  note(field: Field, text: string, at: number = this.at, length = 0): void {
    if (this.witness !== undefined) this.witness.note(field, at, length, text)
  }

  /** Stops the walk: the value read at `at` contradicts the protocol; `rule` cites the paragraph. */
  malformed(reading: string, because: string, rule?: string, at: number = this.at): never {
    this.stop({ fault: 'malformed', reading, at: at - this.origin, because, rule })
  }

  stop(fault: Fault): never {
    throw new Stopped(fault)
  }

  /**
   * Stops the walk: of the `need` octets at `at`, only those before `end` are there. Apart from those who compare: what
   * they hold beside costs them their place in the code of a walk.
   */
  runOut(reading: string, need: number, at: number, end: number): never {
    this.stop({ fault: 'truncated', reading, at: at - this.origin, need, have: end - at, limitedBy: this.limitedBy })
  }

  /** Shows the rows that are there, then stops at the first that is not. */
  private cut(layout: Outline): never {
    const have = this.end - this.at
    if (this.witness !== undefined && have > 0) this.witness.rows(layout, this.at, have)
    let reading = layout.name
    let at = this.at
    let need = layout.size
    for (const row of leafRows(layout.rows)) {
      if (row.bit + row.width <= 8 * have) continue
      const octet = row.bit >>> 3
      reading = row.name
      at += octet
      need = Math.ceil((row.bit + row.width) / 8) - octet
      break
    }
    const left = Math.max(0, this.end - at)
    this.stop({ fault: 'truncated', reading, at: at - this.origin, need, have: left, limitedBy: this.limitedBy })
  }
}

function newRegion(): Region {
  return { end: 0, limitedBy: '', absent: 0, claimedBy: '', at: 0, length: 0 }
}

/** What `leave` restores. Kept and reused, so regions cost no allocation. */
interface Region {
  /** Of the region around it. */
  end: number
  limitedBy: string
  absent: number
  /** Of its own. */
  claimedBy: string
  at: number
  length: number
}
