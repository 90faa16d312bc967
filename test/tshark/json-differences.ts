/** What tshark's JSON and Elasticsearch's lines say of frames and ours do not, or say otherwise. */
import { entriesOf, parseWithDuplicates } from './json-entries.ts'
import { OutputDifferences } from './output-differences.ts'

type Members = Readonly<Record<string, unknown>>

interface JsonFrame {
  readonly _source: { readonly layers: Members }
}

interface EkFrame {
  readonly timestamp: string
  readonly layers: Members
}

/** Of `-T json`: every kind of difference nobody listed, with its number and first example. */
export function jsonDifferences(ours: string, theirs: string): string[] {
  const differences = new OutputDifferences('json')
  const own = JSON.parse(ours) as JsonFrame[]
  const frames = JSON.parse(theirs) as JsonFrame[]
  differences.compare('number of frames', String(own.length), String(frames.length), 0)
  for (const [i, frame] of frames.entries()) {
    const mine = own[i]
    if (mine === undefined) break
    differences.compare('frame', withoutLayers(mine), withoutLayers(frame), i + 1)
    compareJson(differences, mine._source.layers, frame._source.layers, '', i + 1)
  }
  return differences.report()
}

/** The same of `-T ek`. */
export function ekDifferences(ours: string, theirs: string): string[] {
  const differences = new OutputDifferences('ek')
  const own = ours.trimEnd().split('\n')
  const lines = theirs.trimEnd().split('\n')
  differences.compare('number of lines', String(own.length), String(lines.length), 0)
  for (let i = 0; i < Math.min(own.length, lines.length); i += 2) {
    const number = i / 2 + 1
    differences.compare('index', own[i], lines[i], number)
    const frame = parseWithDuplicates(lines[i + 1]!) as EkFrame
    // No key stands twice in ours: `JSON.parse` is enough.
    const mine = JSON.parse(own[i + 1]!) as EkFrame
    differences.compare('timestamp', mine.timestamp, frame.timestamp, number)
    compareJson(differences, mine.layers, frame.layers, '', number)
  }
  return differences.report()
}

/** What stands around the layers: the name of an index. */
function withoutLayers(frame: JsonFrame): string {
  return JSON.stringify({ ...frame, _source: 0 })
}

function compareJson(differences: OutputDifferences, own: Members, theirs: Members, path: string, frame: number): void {
  const left = entriesOf(own).map(([key, value]) => [jsonName(key, value), value] as const)
  for (const [key, value] of entriesOf(theirs)) {
    const name = jsonName(key, value)
    const at = left.findIndex(([each]) => each === name)
    if (at < 0) {
      differences.missing(`${path}/${name}`, frame)
      continue
    }
    const [, mine] = left.splice(at, 1)[0]!
    if (isObject(value) && isObject(mine)) compareJson(differences, mine, value, `${path}/${name}`, frame)
    else differences.compare(`${path}/${name}`, textOf(mine), textOf(value), frame)
  }
  for (const [name] of left) differences.extra(`${path}/${name}`, frame)
}

function jsonName(key: string, value: unknown): string {
  if (!/^_ws[._]expert$/.test(key) || !isObject(value)) return key
  return `${key}:${Object.keys(value)[0]}`
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Where octets of no length lie is not compared either. */
function textOf(value: unknown): string {
  if (Array.isArray(value) && value.length >= 4 && value.at(-3) === 0) return `no octets, type ${value.at(-1)}`
  return JSON.stringify(value)
}
