/** Lengths that headers count in words. */

/** How many units of `size` octets these are. Throws RangeError where they are not whole ones; `name` says what is odd. */
export function wholeUnits(octets: number, size: number, name: string): number {
  if (octets % size !== 0) throw new RangeError(`${name}: ${octets} octets are no multiple of ${size}`)
  return octets / size
}
