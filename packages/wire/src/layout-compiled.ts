/**
 * Layouts compiled once into straight code by `new Function`: 12–27 ns for an IPv4 header where a table read at run time
 * costs 356–458. Only static descriptions of this project are ever compiled, names are checked to be identifiers first,
 * and every compiled function has a `sourceURL`, so profiles and stacks name it. Where code generation is forbidden,
 * `layout-interpreted.ts` gives the same results.
 */
import type { Layout, Lens, Lenses, Order, Parts, Row } from './layout.ts'
import { interpret } from './layout-interpreted.ts'

export type Access<T> = Pick<Layout<T>, 'read' | 'write' | 'lens'>

type Growing<T> = { -readonly [K in keyof T]: T[K] }

/**
 * A layout whose rows are made when somebody asks for them, and whose functions compile themselves when they are first
 * called: most programs need few of the many layouts.
 */
export class CompiledLayout<T> implements Layout<T> {
  readonly name: string
  readonly label: string
  readonly size: number
  readonly parts: Parts<T>
  readonly order: Order
  read: Layout<T>['read']
  write: Layout<T>['write']
  private readonly place: () => readonly Row[]
  private placed: readonly Row[] | undefined = undefined
  private lenses: Lenses<T> | undefined = undefined

  constructor(of: Omit<Layout<T>, 'rows' | keyof Access<T>>, place: () => readonly Row[]) {
    const { name, order } = of
    this.name = name
    this.label = of.label
    this.size = of.size
    this.parts = of.parts
    this.order = order
    this.place = place
    this.read = (view, at) => {
      const { rows } = this
      this.read = make(`${name}/read`, ['v', 'o'], readBody(rows, wordsOf(runsOf(rows), order), order))
      return this.read(view, at)
    }
    this.write = (view, at, value) => {
      const { rows } = this
      this.write = makeWrite(name, rows, runsOf(rows), order)
      this.write(view, at, value)
    }
  }

  get rows(): readonly Row[] {
    this.placed ??= this.place()
    return this.placed
  }

  get lens(): Lenses<T> {
    this.lenses ??= lensesOf<T>(this.name, this.rows, this.order)
    return this.lenses
  }
}

/** Bits that are read together: whole octets, at most 32 bits; or one address or byte string. */
interface Run {
  readonly id: number
  readonly bit: number
  readonly width: number
  readonly rows: readonly Row[]
}

function leaves(rows: readonly Row[]): Row[] {
  return rows.flatMap(row => (row.kind === 'word' ? leaves(row.children.filter(c => c.path.length > 0)) : [row]))
}

function runsOf(rows: readonly Row[]): Run[] {
  const runs: Run[] = []
  let open: Row[] = []
  for (const row of leaves(rows)) {
    open.push(row)
    const first = open[0]!
    const width = row.bit + row.width - first.bit
    if (width % 8 !== 0) continue
    runs.push({ id: runs.length, bit: first.bit, width, rows: open })
    open = []
  }
  return runs
}

/** Runs that stand side by side and can be read as one: every read is checked, a word as much as an octet. */
function wordsOf(runs: readonly Run[], order: Order): Run[] {
  const words: Run[] = []
  for (let from = 0; from < runs.length; ) {
    const length = order === 'little' ? 1 : lengthOfWord(runs, from)
    const together = runs.slice(from, from + length)
    const width = together.reduce((sum, run) => sum + run.width, 0)
    words.push({ id: words.length, bit: runs[from]!.bit, width, rows: together.flatMap(run => run.rows) })
    from += length
  }
  return words
}

/** How many runs from number `from` on make the longest word. */
function lengthOfWord(runs: readonly Run[], from: number): number {
  let length = 1
  for (let to = from, width = 0; to < runs.length; to++) {
    const { rows, width: own } = runs[to]!
    if (rows[0]!.kind !== 'uint' && rows[0]!.kind !== 'flag') break
    width += own
    if (width > 32) break
    if (width === 32 || width === 16) length = to - from + 1
  }
  return length
}

function readBody(rows: readonly Row[], runs: readonly Run[], order: Order): string {
  const loads = runs.map(run => `const w${run.id} = ${load(run, order)}`).join('\n')
  return `${loads}\nreturn ${literal(rows, runs)}`
}

/** An expression for the octets of a run as one unsigned number (or the address, or the bytes). */
function load(run: Run, order: Order): string {
  const at = run.bit / 8
  const little = order === 'little' ? ', true' : ''
  const kind = run.rows[0]!.kind
  if (kind === 'bytes') return `new Uint8Array(v.buffer, v.byteOffset + o + ${at}, ${run.width / 8})`
  if (kind === 'ipv6') return `(v.getBigUint64(o + ${at}) << 64n) | v.getBigUint64(o + ${at + 8})`
  if (kind === 'uint64') return `v.getBigUint64(o + ${at}${little})`
  if (kind === 'mac') return `v.getUint16(o + ${at}) * 0x100000000 + v.getUint32(o + ${at + 2})`
  switch (run.width) {
    case 8:
      return `v.getUint8(o + ${at})`
    case 16:
      return `v.getUint16(o + ${at}${little})`
    case 24:
      return order === 'little'
        ? `v.getUint16(o + ${at}, true) | (v.getUint8(o + ${at + 2}) << 16)`
        : `(v.getUint16(o + ${at}) << 8) | v.getUint8(o + ${at + 2})`
    default:
      // What has a sign bit to drop is a small number to the engine, whatever its bits.
      return `v.get${run.rows.length > 1 ? 'Int' : 'Uint'}32(o + ${at}${kind === 'ipv4' ? '' : little})`
  }
}

function literal(rows: readonly Row[], runs: readonly Run[]): string {
  const keys = rows
    .filter(row => row.path.length > 0)
    .map(row => {
      const value = row.kind === 'word' ? literal(row.children, runs) : extract(row, runs)
      return `${row.path.at(-1)}: ${value}`
    })
  return `{ ${keys.join(', ')} }`
}

function extract(row: Row, runs: readonly Run[]): string {
  const run = runs.find(each => each.rows.includes(row))!
  if (run.rows.length === 1 && row.kind !== 'flag') return `w${run.id}`
  const drop = run.bit + run.width - row.bit - row.width
  const shifted = drop === 0 ? `w${run.id}` : `(w${run.id} >>> ${drop})`
  if (row.kind === 'flag') return `(${shifted} & 1) !== 0`
  return row.bit === run.bit ? shifted : `${shifted} & ${2 ** row.width - 1}`
}

/**
 * Looks at all values, then stores them; in two functions where there are many: V8 puts no code of more than 460 octets
 * at the place it is called from, and only there it sees that a literal made to be written need not be made.
 */
function makeWrite<T>(name: string, rows: readonly Row[], runs: readonly Run[], order: Order): Layout<T>['write'] {
  const values = leaves(rows).filter(row => row.kind !== 'flag')
  const loads = values.map((row, n) => `const x${n} = x.${row.path.join('.')}`).join('\n')
  const fits = ['true', ...values.map((row, n) => fit(row, `x${n}`))].join(' && ')
  const stores = storesOf(runs, order).join('\n')
  // The slow twin, which says what does not fit.
  const refuse = (value: T): void => {
    interpret<T>(rows, order).write(new DataView(new ArrayBuffer(sizeOf(rows))), 0, value)
  }
  const parameters = ['v', 'o', 'x', 'fail']
  const url = `${name}/write`
  if (values.length <= few) return make(url, parameters, `${loads}\nif (!(${fits})) fail(x)\n${stores}`, refuse)
  const parts = `function fits(x) { ${loads}\nreturn ${fits} }\nfunction store(v, o, x) { ${stores} }`
  return make(url, parameters, 'if (!fits(x)) fail(x)\nstore(v, o, x)', refuse, parts)
}

/** Values whose code surely is shorter. */
const few = 10

function sizeOf(rows: readonly Row[]): number {
  const last = rows.at(-1)
  return last === undefined ? 0 : (last.bit + last.width) / 8
}

/** An expression for whether a value fits its row. */
function fit(row: Row, value: string): string {
  if (row.kind === 'bytes') return `${value}.length === ${row.width / 8}`
  return `${value} >= 0 && ${value} <= ${largest(row)}`
}

/** Stores of whole 32-bit words where numbers stand side by side, whatever octets they share. */
function storesOf(runs: readonly Run[], order: Order): string[] {
  if (order === 'little') return runs.map(run => store(run, order))
  const stores: string[] = []
  let together: Row[] = []
  for (const run of runs) {
    const kind = run.rows[0]!.kind
    if (kind === 'uint' || kind === 'flag' || kind === 'ipv4') together.push(...run.rows)
    else {
      stores.push(...wordStores(together), store(run, order))
      together = []
    }
  }
  return [...stores, ...wordStores(together)]
}

/** A row may reach from one word into the next: shifted as far, the rest of it falls off. */
function wordStores(rows: readonly Row[]): string[] {
  const last = rows.at(-1)
  if (last === undefined) return []
  const end = last.bit + last.width
  const stores: string[] = []
  for (let bit = rows[0]!.bit, width = 0; bit < end; bit += width) {
    width = end - bit >= 32 ? 32 : end - bit >= 16 ? 16 : 8
    const inside = rows.filter(row => row.bit < bit + width && row.bit + row.width > bit)
    const value = inside.map(row => shifted(row, bit + width)).join(' | ')
    stores.push(`v.setUint${width}(o + ${bit / 8}, ${value})`)
  }
  return stores
}

/** A row's value where it stands in a word that ends before bit `end`. */
function shifted(row: Row, end: number): string {
  const value = `x.${row.path.join('.')}`
  const number = row.kind === 'flag' ? `(${value} ? 1 : 0)` : value
  const drop = end - row.bit - row.width
  if (drop === 0) return number
  return drop > 0 ? `(${number} << ${drop})` : `(${number} >>> ${-drop})`
}

function largest(row: Row): string {
  if (row.kind === 'ipv6') return `${(1n << 128n) - 1n}n`
  if (row.kind === 'uint64') return `${(1n << 64n) - 1n}n`
  return String(2 ** row.width - 1)
}

function store(run: Run, order: Order): string {
  const at = run.bit / 8
  const little = order === 'little' ? ', true' : ''
  const kind = run.rows[0]!.kind
  const only = `x.${run.rows[0]!.path.join('.')}`
  if (kind === 'bytes') return `new Uint8Array(v.buffer, v.byteOffset + o + ${at}, ${run.width / 8}).set(${only})`
  if (kind === 'ipv6')
    return `v.setBigUint64(o + ${at}, ${only} >> 64n); v.setBigUint64(o + ${at + 8}, ${only} & 0xffffffffffffffffn)`
  if (kind === 'uint64') return `v.setBigUint64(o + ${at}, ${only}${little})`
  if (kind === 'mac')
    // The remainder of a division takes far longer than a subtraction.
    return `{ const high = Math.floor(${only} / 0x100000000); v.setUint16(o + ${at}, high); v.setUint32(o + ${at + 2}, ${only} - high * 0x100000000) }`
  const value = `(${run.rows.map(row => shifted(row, run.bit + run.width)).join(' | ')})`
  switch (run.width) {
    case 8:
      return `v.setUint8(o + ${at}, ${value})`
    case 16:
      return `v.setUint16(o + ${at}, ${value}${little})`
    case 24: {
      const [two, one] = order === 'little' ? [at, at + 2] : [at + 1, at]
      return `v.setUint16(o + ${two}, ${value} & 0xffff${little}); v.setUint8(o + ${one}, ${value} >>> 16)`
    }
    default:
      return `v.setUint32(o + ${at}, ${value}${kind === 'ipv4' ? '' : little})`
  }
}

function outside(name: string, value: unknown): never {
  throw new RangeError(`${name}: ${String(value)} does not fit`)
}

/**
 * One accessor per row. A lens of few bits writes by reading the run, replacing its bits and storing the run again,
 * so the neighbours stay as they are.
 */
function lensesOf<T>(name: string, rows: readonly Row[], order: Order): Lenses<T> {
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
      lens.read = make(`${url}.read`, ['v', 'o'], `return ${readOne(row, order, behind)}`)
      return lens.read(view, at)
    },
    write(view, at, value) {
      lens.write = make(`${url}.write`, ['v', 'o', 'x', 'fail'], writeOne(row, order, behind), outside)
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

/** Compiles a body, with what stands before it; a last parameter called `fail` is bound to `bound`. */
function make<F>(url: string, parameters: readonly string[], body: string, bound?: unknown, before = ''): F {
  const safe = url.replaceAll(/[^\w./-]/g, '_')
  const own = parameters.filter(parameter => parameter !== 'fail')
  const source = `'use strict'; ${before}\nreturn function (${own.join(', ')}) {\n${body}\n}\n//# sourceURL=layout/${safe}`
  // oxlint-disable-next-line no-new-func, no-implied-eval -- the whole point: see the head of this file
  return new Function('fail', source)(bound) as F
}
