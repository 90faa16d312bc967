/** Whether two plain values are equal, member by member. */
export function same(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const names = new Set([...Object.keys(a), ...Object.keys(b)])
  return [...names].every(name => same((a as Record<string, unknown>)[name], (b as Record<string, unknown>)[name]))
}

/** The members of `value` that `from` does not have or has otherwise. */
export function differing<T extends object>(value: T, from: T): Partial<T> {
  const kept = Object.entries(value).filter(([name, each]) => !same(each, (from as Record<string, unknown>)[name]))
  return Object.fromEntries(kept) as Partial<T>
}
