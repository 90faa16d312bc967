/** Smaller values than a given one: what a packet's facts shrink to. */

/**
 * Values nearer to `usual`, the nearest first. Records shrink key by key, but for the key `fixed`; lists lose elements
 * before their elements shrink. Every chain of them ends.
 */
export function* smallerValues(value: unknown, usual: unknown, fixed?: string): Generator<unknown> {
  if (isSame(value, usual)) return
  if (isRecord(value)) {
    yield* smallerRecords(value, isRecord(usual) ? usual : {}, fixed)
    return
  }
  if (usual !== undefined || value !== undefined) yield usual
  if (typeof value === 'number') yield* numbersBetween(typeof usual === 'number' ? usual : 0, value)
  else if (typeof value === 'bigint') yield* bigintsBetween(typeof usual === 'bigint' ? usual : 0n, value)
  else if (value instanceof Uint8Array) yield* smallerOctets(value)
  else if (Array.isArray(value)) yield* smallerLists(value as readonly unknown[])
}

type Facts = Readonly<Record<string, unknown>>

function isRecord(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
}

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array)
    return a.length === b.length && a.every((octet, i) => octet === b[i])
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((each, i) => isSame(each, b[i]))
  if (isRecord(a) && isRecord(b)) {
    const keys = Object.keys(a)
    return keys.length === Object.keys(b).length && keys.every(key => key in b && isSame(a[key], b[key]))
  }
  return a === b
}

/** A record of another kind than the usual one has keys of its own: they shrink to nothing. */
function* smallerRecords(value: Facts, usual: Facts, fixed: string | undefined): Generator<Facts> {
  const alike = 'kind' in value ? value['kind'] === usual['kind'] : true
  const keys = Object.keys(value).filter(key => key !== fixed)
  if (alike && keys.every(key => key in usual)) {
    const all = { ...usual, ...(fixed === undefined ? {} : { [fixed]: value[fixed] }) }
    if (!isSame(all, value)) yield all
  }
  for (const key of keys) {
    const one = value[key]
    if (typeof one === 'string') continue
    const goal = key in usual ? usual[key] : simplest(one)
    for (const smaller of smallerValues(one, goal)) yield { ...value, [key]: smaller }
  }
}

/** What a value shrinks to where there is no usual one. */
function simplest(value: unknown): unknown {
  if (typeof value === 'number') return 0
  if (typeof value === 'bigint') return 0n
  if (typeof value === 'boolean') return false
  if (value instanceof Uint8Array) return new Uint8Array(0)
  return Array.isArray(value) ? [] : value
}

/** Half way, three quarters, and so on, up to one less. */
function* numbersBetween(usual: number, value: number): Generator<number> {
  for (let distance = Math.trunc((value - usual) / 2); distance !== 0; distance = Math.trunc(distance / 2)) {
    yield value - distance
  }
}

function* bigintsBetween(usual: bigint, value: bigint): Generator<bigint> {
  for (let distance = (value - usual) / 2n; distance !== 0n; distance /= 2n) yield value - distance
}

function* smallerOctets(value: Uint8Array): Generator<Uint8Array> {
  for (let less = Math.ceil(value.length / 2); less >= 1; less = less === 1 ? 0 : Math.ceil(less / 2)) {
    if (less < value.length) yield value.slice(0, value.length - less)
  }
  if (value.some(octet => octet !== 0)) yield new Uint8Array(value.length)
  for (const [index, octet] of value.entries()) {
    if (octet !== 0) yield value.with(index, 0)
  }
}

function* smallerLists(list: readonly unknown[]): Generator<readonly unknown[]> {
  if (list.length > 1) for (const index of list.keys()) yield list.filter((_, at) => at !== index)
  for (const [index, element] of list.entries()) {
    if (typeof element === 'string') continue
    const goal = isRecord(element) ? simplestRecord(element) : simplest(element)
    for (const smaller of smallerValues(element, goal)) yield list.with(index, smaller)
  }
}

function simplestRecord(record: Facts): Facts {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, key === 'kind' ? value : simplest(value)]),
  )
}
