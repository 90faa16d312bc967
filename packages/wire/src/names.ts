/** Numbers with names. A number without a name keeps its number: nothing is lost by being unknown. */

export interface Names {
  /** The name, or undefined where the number has none. */
  nameOf(value: number): string | undefined
  /** Every known number with its name, in ascending order. */
  readonly entries: readonly (readonly [number, string])[]
  /** What is shown for the others: `Unknown` as Wireshark's default. */
  readonly unknown: string
}

/** A table of single numbers. */
export function names(table: Readonly<Record<number, string>>, unknown = 'Unknown'): Names {
  // Most programs need few of the many tables.
  let entries: Names['entries'] | undefined
  let byNumber: Map<number, string> | undefined
  return {
    nameOf(value) {
      byNumber ??= new Map(this.entries)
      return byNumber.get(value)
    },
    get entries() {
      entries ??= Object.entries(table).map(([key, name]) => [Number(key), name] as const)
      return entries
    },
    unknown,
  }
}

/** A table whose entries may span ranges: `[first, last, name]`. */
export function rangeNames(ranges: readonly (readonly [number, number, string])[], unknown = 'Unknown'): Names {
  return {
    nameOf: value => ranges.find(([first, last]) => value >= first && value <= last)?.[2],
    entries: ranges.map(([first, , name]) => [first, name] as const),
    unknown,
  }
}
