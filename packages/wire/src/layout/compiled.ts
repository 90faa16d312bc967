/**
 * Layouts compiled once into straight code: 12–27 ns for an IPv4 header where a table read at run time
 * costs 356–458. Only static descriptions of this project are ever compiled, names are checked to be identifiers first,
 * and every compiled function has a `sourceURL`, so profiles and stacks name it. Where code generation is forbidden,
 * `interpreted.ts` gives the same results.
 */
import { compile } from '../compile.ts'
import { lensesOf } from './compiled-lens.ts'
import { interpret } from './interpreted.ts'
import type { Access, Layout, Lenses } from './layout.ts'
import type { Parts } from './part.ts'
import type { Order, Row } from './row.ts'
import { leaves, load, type Run, runsOf, wordsOf } from './runs.ts'
import { fit, storesOf } from './stores.ts'

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
      this.read = makeRead(name, rows, wordsOf(runsOf(rows), order), order)
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

function makeRead<T>(name: string, rows: readonly Row[], runs: readonly Run[], order: Order): Layout<T>['read'] {
  const loads = runs.map(run => `const w${run.id} = ${load(run, order)}`).join('\n')
  return compile(`${name}/read`, {}, `function (v, o) {\n${loads}\nreturn ${literal(rows, runs)}\n}`)!
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
  const fail = (value: T): void => {
    interpret<T>(rows, order).write(new DataView(new ArrayBuffer(sizeOf(rows))), 0, value)
  }
  const whole = `function (v, o, x) {\n${loads}\nif (!(${fits})) fail(x)\n${stores}\n}`
  const inParts = `(() => {
    function fits(x) { ${loads}\nreturn ${fits} }
    function store(v, o, x) { ${stores} }
    return function (v, o, x) { if (!fits(x)) fail(x)\nstore(v, o, x) }
  })()`
  return compile(`${name}/write`, { fail }, values.length > few ? inParts : whole)!
}

/** Values whose code surely is shorter. */
const few = 10

function sizeOf(rows: readonly Row[]): number {
  const last = rows.at(-1)
  return last === undefined ? 0 : (last.bit + last.width) / 8
}
