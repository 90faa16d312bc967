/** Lists that mostly have nothing in them: ten thousand routers share one empty list, which lies where it is read soon. */

/** The shared list. Whoever adds to it by himself is told. */
export const empty: never[] = []
Object.freeze(empty)

/**
 * A copy in as much room as it needs, the shared list where that is none: what was put together item by item has four
 * times as much.
 */
export function fitted<T>(list: readonly T[]): T[] {
  return list.length === 0 ? empty : list.slice()
}

/** The list with one item more: the same one, unless it was empty. */
export function added<T>(list: T[], item: T): T[] {
  // Most often it stays the only one: a list of one is smaller than one that grows.
  if (list.length === 0) return [item]
  list.push(item)
  return list
}
