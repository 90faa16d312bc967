/** Every name a stack can show, with its type and label: what exports, filters and `dmvpn fields` go by. */
import type { AnyProtocol, Stack } from '@dmvpn/protocols'
import { allRows, type Field, type FieldType, type Layout, type Outline, type Part } from '@dmvpn/wire'
import { expertFields } from './expert.ts'
import { frameFields } from './frame-layer.ts'

export interface CatalogueEntry {
  readonly name: string
  readonly label: string
  readonly type: FieldType
  /** The protocol that shows it. */
  readonly protocol: string
  /** Every field of this name: a flag may have two places. Empty for a protocol. */
  readonly fields: readonly Field[]
}

export class Catalogue {
  private readonly stack: Stack
  private all: ReadonlyMap<string, CatalogueEntry> | undefined = undefined
  /** What was found before anybody asked for all. */
  private readonly found = new Map<string, CatalogueEntry | undefined>()

  constructor(stack: Stack) {
    this.stack = stack
  }

  /** Every entry: protocols in the stack's order, each before its fields. */
  get entries(): readonly CatalogueEntry[] {
    return [...this.byName.values()]
  }

  /** The entry of a name, or undefined. */
  find(name: string): CatalogueEntry | undefined {
    if (this.all !== undefined) return this.all.get(name)
    if (!this.found.has(name)) this.found.set(name, entriesOf(this.stack, name).get(name))
    return this.found.get(name)
  }

  /** What a protocol shows, itself first; empty where there is no such protocol. */
  ofProtocol(name: string): readonly CatalogueEntry[] {
    return this.entries.filter(entry => entry.protocol === name)
  }

  /** Up to three known names that somebody may have meant. */
  suggestions(name: string): readonly string[] {
    const wanted = name.toLowerCase()
    const scored: (readonly [number, string])[] = []
    for (const known of this.byName.keys()) {
      const tail = known.slice(known.lastIndexOf('.') + 1)
      const distance = Math.min(
        editDistance(wanted, known),
        wanted.length > 2 && known.endsWith(`.${wanted}`) ? 1 : wanted === tail ? 1 : Number.POSITIVE_INFINITY,
      )
      if (distance <= Math.max(2, wanted.length / 4)) scored.push([distance, known])
    }
    scored.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1))
    const [best] = scored[0] ?? [0]
    return scored
      .filter(([distance]) => distance <= best)
      .slice(0, 3)
      .map(([, known]) => known)
  }

  private get byName(): ReadonlyMap<string, CatalogueEntry> {
    this.all ??= entriesOf(this.stack)
    return this.all
  }
}

/** Every entry by its name. With `sought`, only who may show that is looked at: most rows are never made. */
function entriesOf(stack: Stack, sought?: string): ReadonlyMap<string, CatalogueEntry> {
  const byName = new Map<string, CatalogueEntry & { readonly fields: Field[] }>()
  const add = (field: Field, protocol: string): void => {
    const entry = byName.get(field.name)
    if (entry === undefined) {
      const { name, label, type } = field
      byName.set(name, { name, label, type, protocol, fields: [field] })
    } else if (!entry.fields.includes(field)) entry.fields.push(field)
  }
  const addProtocol = (name: string, label: string, fields: readonly Field[]): void => {
    byName.set(name, { name, label, type: 'protocol', protocol: name, fields: [] })
    for (const field of fields) add(field, name)
  }
  addProtocol('frame', 'Frame', Object.values(frameFields))
  addProtocol('pkt_comment', 'Packet comments', [])
  for (const { name, label, fields } of stack.protocols) {
    const shown = sought === undefined ? fields : fields.filter(each => mayShow(each, sought))
    addProtocol(name, label, shown.flatMap(rowsOf))
  }
  for (const field of expertFields) add(field, '_ws.expert')
  return byName
}

/** Every field a protocol may show, rows of layouts with all that is below and beside them. */
export function fieldsOf(protocol: AnyProtocol): readonly Field[] {
  return protocol.fields.flatMap(rowsOf)
}

function rowsOf(each: Outline | Field): readonly Field[] {
  return isOutline(each) ? [...allRows(each.rows)] : [each]
}

/** Whether a name may be among the rows; a layout tells without making them. */
function mayShow(each: Outline | Field, name: string): boolean {
  if (!isOutline(each)) return each.name === name
  return (
    !('parts' in each) ||
    isAmong(Object.values<Part<unknown>>((each as Layout<Readonly<Record<string, unknown>>>).parts), name)
  )
}

function isAmong(parts: readonly Part<unknown>[], name: string): boolean {
  return parts.some(
    ({ field, shown, inner }) =>
      field.name === name ||
      shown.some(each => each.field.name === name) ||
      (inner !== undefined && isAmong(Object.values(inner), name)),
  )
}

/** Whether an entry of `Protocol.fields` is a layout rather than a field of its own. */
export function isOutline(each: Outline | Field): each is Outline {
  return 'rows' in each
}

/** Letters to insert, delete, replace or swap (Damerau–Levenshtein, restricted). */
export function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 6) return Number.POSITIVE_INFINITY
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + same)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1)
      row.push(least)
    }
    before = above
    above = row
  }
  return above[b.length]!
}
