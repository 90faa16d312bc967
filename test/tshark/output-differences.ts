/** Differences between two outputs, gathered by what they are about; those that are listed with a reason are let pass. */
import { outputExceptions } from './output-exceptions.ts'
import { run, tsharkVersion } from './tshark.ts'

const patterns = outputExceptions.flatMap(({ paths }) => paths)
const used = new Set<RegExp>()

/** What is excepted though nothing differs any more. */
export function unusedExceptions(): string[] {
  return patterns.filter(pattern => !used.has(pattern)).map(String)
}

interface Difference {
  count: number
  readonly example: string
}

export class OutputDifferences {
  private readonly format: string
  private readonly found = new Map<string, Difference>()

  constructor(format: string) {
    this.format = format
  }

  compare(path: string, own: string | undefined, theirs: string | undefined, frame: number): void {
    if (own === theirs) return
    this.note(`${path}`, `frame ${frame}: theirs ${short(theirs)}, ours ${short(own)}`)
  }

  missing(path: string, frame: number): void {
    this.note(`- ${path}`, `frame ${frame}`)
  }

  /** What Wireshark has no name for may be more than it shows. */
  extra(path: string, frame: number): void {
    const key = path.slice(path.lastIndexOf('/') + 1)
    if (isTheirs(this.format === 'ek' ? ekField(key) : key)) this.note(`+ ${path}`, `frame ${frame}`)
  }

  /** Every kind of difference that nobody listed, with its number and first example. */
  report(): string[] {
    const unlisted = [...this.found].filter(([path]) => {
      const paths = patterns.filter(pattern => pattern.test(path))
      for (const pattern of paths) used.add(pattern)
      return paths.length === 0
    })
    return unlisted.map(([path, { count, example }]) => `${path} (${count}): ${example}`)
  }

  private note(path: string, example: string): void {
    const tail = path
      .replace(/^([+-] )?.*?((?:[^/]*\/){0,2}[^/]*)$/, '$1$2')
      // Texts that Wireshark makes of what it reads are of one kind, whatever they say.
      .replaceAll(/(?<=\/|^|^[+-] )[^/@]* [^/@]*(?=\/|$| @)/g, text =>
        text.replaceAll(/\b[\d:.a-f]*\d[\d:.a-f]*\b/g, 'N'),
      )
    const found = this.found.get(tail)
    if (found === undefined) this.found.set(tail, { count: 1, example })
    else found.count++
  }
}

function short(text: string | undefined): string {
  return text === undefined ? 'nothing' : text.length > 100 ? `${text.slice(0, 100)}…` : text
}

/** Whether Wireshark knows a field or protocol of this name; texts it does not. */
function isTheirs(key: string): boolean {
  const name = key.replace(/^_ws\.expert:/, '').replace(/_(raw|tree)$/, '')
  return names.has(name)
}

const names: ReadonlySet<string> = new Set(
  tsharkVersion === undefined
    ? []
    : run('tshark', ['-G', 'fields'])
        .split('\n')
        .map(line => line.split('\t')[2] ?? ''),
)
const underscored: ReadonlyMap<string, string> = new Map([...names].map(name => [name.replaceAll('.', '_'), name]))

/** `nhrp_nhrp_hdr_afn` is `nhrp.hdr.afn` of `nhrp`. */
function ekField(key: string): string {
  const plain = key.replace(/^_ws_expert:/, '').replace(/_raw$/, '')
  for (let at = plain.indexOf('_', 1); at > 0; at = plain.indexOf('_', at + 1)) {
    const field = underscored.get(plain.slice(at + 1))
    if (field !== undefined && plain.startsWith(field.replaceAll('.', '_').slice(0, at))) return field
  }
  return underscored.get(plain) ?? plain
}
