/** Lenses compiled as layouts are: each when it is first used, for most are never. */
import { compile } from '../compile.ts'
import type { Lens, Lenses } from './layout.ts'
import type { Order, Row } from './row.ts'
import { load, type Run } from './runs.ts'
import { fit, store } from './stores.ts'

type Growing<T> = { -readonly [K in keyof T]: T[K] }

/**
 * One accessor per row. A lens of few bits writes by reading the run, replacing its bits and storing the run again,
 * so the neighbours stay as they are.
 */
export function lensesOf<T>(name: string, rows: readonly Row[], order: Order): Lenses<T> {
  const lenses: Record<string, unknown> = {}
  for (const row of rows) {
    if (row.path.length === 0) continue
    const own = lensOf(name, row, order, 0)
    lenses[row.path.at(-1)!] = row.kind === 'word' ? Object.assign(own, lensesOf(name, row.children, order)) : own
  }
  return lenses as Lenses<T>
}

function lensOf(name: string, row: Row, order: Order, behind: number): Lens<unknown> {
  if (row.kind === 'word') return wordLens(row, order, behind)
  const url = `${name}/lens.${row.path.join('.')}`
  const lens: Growing<Lens<unknown>> = {
    read(view, at) {
      lens.read = compile(`${url}.read`, {}, `function (v, o) { return ${readOne(row, order, behind)} }`)!
      return lens.read(view, at)
    },
    write(view, at, value) {
      lens.write = compile(`${url}.write`, { fail }, `function (v, o, x) { ${writeOne(row, order, behind)} }`)!
      lens.write(view, at, value)
    },
    after: octets => lensOf(name, row, order, behind + octets),
  }
  return lens
}

/** The smallest whole octets around a row. */
function around(row: Row): Run {
  const from = row.bit - (row.bit % 8)
  const to = Math.ceil((row.bit + row.width) / 8) * 8
  return { id: 0, bit: from, width: to - from, rows: [row] }
}

function readOne(row: Row, order: Order, behind: number): string {
  const run = around(row)
  const loaded = load({ ...run, bit: run.bit + 8 * behind }, order)
  if (row.kind !== 'uint' && row.kind !== 'flag') return loaded
  const drop = run.bit + run.width - row.bit - row.width
  const shifted = drop === 0 ? `(${loaded})` : `((${loaded}) >>> ${drop})`
  if (row.kind === 'flag') return `(${shifted} & 1) !== 0`
  return row.width % 8 === 0 && drop === 0 && row.width === run.width ? loaded : `${shifted} & ${2 ** row.width - 1}`
}

function writeOne(row: Row, order: Order, behind: number): string {
  const run = around(row)
  const moved: Run = { ...run, bit: run.bit + 8 * behind }
  const given = row.kind === 'bytes' ? 'x.length' : 'x'
  const check = row.kind === 'flag' ? '' : `if (!(${fit(row, 'x')})) fail(${JSON.stringify(row.name)}, ${given})`
  const wrapped: Row = { ...row, path: ['one'] }
  const drop = run.bit + run.width - row.bit - row.width
  if ((row.kind !== 'uint' && row.kind !== 'flag') || row.width === run.width) {
    return `${check}; x = { one: x }; ${store({ ...moved, rows: [{ ...wrapped, bit: moved.bit }] }, order)}`
  }
  const mask = (2 ** row.width - 1) * 2 ** drop
  const number = row.kind === 'flag' ? '(x ? 1 : 0)' : 'x'
  const whole: Row = { ...wrapped, kind: 'uint', bit: moved.bit, width: run.width }
  return `${check}; x = { one: ((${load({ ...moved, rows: [whole] }, order)} & ~${mask}) | (${number} << ${drop})) >>> 0 }; ${store({ ...moved, rows: [whole] }, order)}`
}

/** A word as one value: its inner lenses, one after the other. */
function wordLens(row: Row, order: Order, behind: number): Lens<unknown> {
  const parts = row.children
    .filter(child => child.path.length > 0)
    .map(child => [child.path.at(-1)!, lensOf(row.name, child, order, behind)] as const)
  return {
    read: (view, at) => Object.fromEntries(parts.map(([key, lens]) => [key, lens.read(view, at)])),
    write(view, at, value) {
      for (const [key, lens] of parts) lens.write(view, at, (value as Record<string, unknown>)[key])
    },
    after: octets => wordLens(row, order, behind + octets),
  }
}

function fail(name: string, value: unknown): never {
  throw new RangeError(`${name}: ${String(value)} does not fit`)
}
