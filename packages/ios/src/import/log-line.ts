/** What loggers, terminals and pages put around the lines of debug output, taken off. */
import { type LogTime, timeAt } from './log-time.ts'

/** A line of a log without what surrounds it. */
export interface LogLine {
  /** From 1, in the text as given. */
  readonly number: number
  /** What the router said; empty where nothing is left. */
  readonly text: string
  /** Who said it: the host of a syslog line, or the name of the last prompt. */
  readonly router: string | undefined
  readonly time: LogTime | undefined
}

/** Characters of a line that are looked at: no line of debug output comes near. */
const longest = 1000

const prompt = /^([A-Za-z][\w.-]{0,62})(?:\([\w-]{1,30}\))?[#>](?!\S*[<>=])\s*/
const priority = /^<\d{1,3}>\d?\s*/
const sequence = /^\d{1,10}: +(?=\S)/
/** Behind a time that no colon follows: a host, perhaps a sequence number. */
const host = /^ ([\w.:-]{1,253}) (?:\d{1,10}: )?/
/** A host's own name before its time. */
const named =
  /^([A-Za-z][\w.-]{0,62}): +(?=(?:\d{1,10}: +)?[*.]?(?:[A-Z][a-z]{2} {1,2}\d|\d{1,2}:\d\d:\d\d(?:\.\d{1,9})?: |\d{1,3}[dwy]\d{1,2}[hdw]: ))/
/** Words of a page about a line, letters that its scanner took for others, and what some releases may put in between. */
const spellings: readonly (readonly [RegExp, string])[] = [
  [/<--.*$/, ''],
  [/^(\s*)sht1:/, '$1shtl:'],
  [/, sst1:/, ', sstl:'],
  [/^(\s*)bclient /, '$1client '],
  [/[“”]/g, '"'],
  [/ vrf: /, ' vrf '],
  [/^(\s*\(C-.*\(\d+\)), flags: .*$/, '$1'],
]

/** Goes along the lines of a log; a prompt tells whose the lines behind it are. */
export class LogReader {
  private number = 0
  private router: string | undefined

  /** `router` said the lines before the first prompt. */
  constructor(router?: string) {
    this.router = router
  }

  read(line: string): LogLine {
    const number = ++this.number
    let rest = line.length > longest ? line.slice(0, longest) : line
    let time: LogTime | undefined
    let said: string | undefined
    for (let turns = 0; turns < 8; turns++) {
      rest = rest.trimStart()
      const before = rest
      rest = rest.replace(priority, '').replace(sequence, '')
      const asked = prompt.exec(rest)
      if (asked !== null) {
        this.router = asked[1]!
        rest = rest.slice(asked[0].length)
      }
      const name = named.exec(rest)
      if (name !== null) {
        said = name[1]!
        rest = rest.slice(name[0].length)
      }
      const timed = timeAt(rest)
      const behind = timed === undefined ? undefined : afterTime(timed.rest)
      if (timed !== undefined && behind !== undefined) {
        time = timed.time
        said = behind.host ?? said
        rest = behind.rest
      }
      if (rest === before) break
    }
    for (const [wrong, right] of spellings) rest = rest.replace(wrong, right)
    return { number, text: rest.trim(), router: said ?? this.router, time }
  }
}

/** A colon ends a router's own time; a logger's is followed by the host. */
function afterTime(rest: string): { readonly rest: string; readonly host: string | undefined } | undefined {
  if (rest.startsWith(':')) return { rest: rest.slice(1), host: undefined }
  const match = host.exec(rest)
  if (match === null || match[1]!.endsWith(':')) return rest.startsWith(' ') ? { rest, host: undefined } : undefined
  return { rest: rest.slice(match[0].length), host: match[1]! }
}
