/** Numbers by number, for what a first pass over a file leaves to the second: pages, so that growing copies nothing. */

const pageBits = 12
const pageSize = 1 << pageBits
/** Pages kept at most: 16 Mi numbers, 64 MiB. */
const mostPages = 4096

export class Ledger {
  private readonly pages: (Uint32Array | undefined)[] = []

  /** What was written at a place, 0 where nothing was; a place below 0 is nowhere. */
  at(place: number): number {
    return this.pages[place >>> pageBits]?.[place & (pageSize - 1)] ?? 0
  }

  /** Whether a place is within the ledger. */
  reaches(place: number): boolean {
    return place >>> pageBits < mostPages
  }

  /** Writes a number; what lies beyond the ledger's end is not kept. */
  write(place: number, value: number): void {
    const page = place >>> pageBits
    if (page >= mostPages) return
    // Where nothing was written is 0 already.
    if (value === 0 && this.pages[page] === undefined) return
    const kept = (this.pages[page] ??= new Uint32Array(pageSize))
    kept[place & (pageSize - 1)] = value
  }
}
