import type { ProfileName } from '@dmvpn/core'
import { globalMode } from './commands/global.ts'
import { type Draft, emptyDraft, settingsFrom } from './draft.ts'
import type { Configuration, Line, LineState } from './line.ts'
import { type Found, fitsBetter, type Mode, type Reading, type Scope, scopeOf } from './modes.ts'
import { type PastedLine, pastedLines } from './pasted.ts'

/** What a text does not say itself. */
export interface ParseOptions {
  /** Whose habits the router has, whatever the text says. */
  readonly profile?: ProfileName
  /** The router's name where the text has none. */
  readonly hostname?: string
}

/** Reads an IOS configuration, as `show running-config` prints it, as it is typed, or as a page shows it. */
export function parseIos(text: string, options: ParseOptions = {}): Configuration {
  const draft = emptyDraft()
  const lines = readLines(pastedLines(text), globalMode, draft, '!')
  return { dialect: 'ios', settings: finish(draft, options), lines }
}

/** The settings of what was read. */
export function finish(draft: Draft, { profile, hostname }: ParseOptions): Configuration['settings'] {
  return settingsFrom({
    ...(hostname === undefined ? {} : { hostname }),
    ...draft,
    ...(profile === undefined ? {} : { profile }),
  })
}

interface Open {
  readonly scope: Scope
  /** The indent of the line that opened it. */
  readonly indent: number
}

/** Goes through the lines with a stack of modes: a line that is not the innermost mode's may be an outer one's. */
export function readLines(
  pasted: readonly PastedLine[],
  mode: Mode<Draft>,
  draft: Draft,
  comment: '!' | '#',
): readonly Line[] {
  const open: Open[] = [{ scope: scopeOf(mode, draft, ''), indent: -1 }]
  const lines: Line[] = []
  let banner: string | undefined
  for (const line of pasted) {
    const say = (state: LineState, because?: string, command?: string, section = ''): void =>
      void lines.push({ number: line.number, text: line.text, state, because, command, section })
    if (banner !== undefined) {
      say('irrelevant', 'banner')
      if (line.text.includes(banner)) banner = undefined
      continue
    }
    if (line.words === '') continue
    const opened = bannerOf(line.words)
    if (opened !== undefined) {
      say('irrelevant', 'banner')
      banner = opened.closed ? undefined : opened.delimiter
      continue
    }
    const aside = asideOf(line.words, comment)
    if (aside !== undefined) {
      if (aside === 'end') open.length = 1
      say('irrelevant', aside)
      continue
    }
    const label = /^([A-Za-z][\w.-]*):$/.exec(line.words)
    if (label !== null) {
      draft.hostname ??= label[1]!
      open.length = 1
      say('understood', undefined, `hostname ${label[1]!}`)
      continue
    }
    if (/^exit(-[a-z-]+)?$/.test(line.words)) {
      if (open.length > 1) open.pop()
      say('irrelevant', 'leaves the mode')
      continue
    }
    const words = line.words.split(/\s+/)
    const found = readInnermost(open, words, line.indent)
    if (found === undefined) {
      say('unrecognised', undefined, undefined, open.at(-1)!.scope.section)
      continue
    }
    const { reading, depth } = found
    open.length = depth + 1
    say(reading.state, reading.because, reading.command, open.at(-1)!.scope.section)
    if (reading.opens !== undefined) open.push({ scope: reading.opens, indent: line.indent })
  }
  return lines
}

interface Reached {
  readonly reading: Reading
  readonly depth: number
}

/**
 * The mode whose command fits best, the innermost of equals: `ip route` under an interface is the whole router's, not an
 * abbreviated `ip route-cache`. A mode that takes any line takes those further in than its own.
 */
function readInnermost(open: readonly Open[], words: readonly string[], indent: number): Reached | undefined {
  let best: { readonly found: Found; readonly depth: number } | undefined
  for (let depth = open.length - 1; depth >= 0; depth--) {
    const { scope, indent: outer } = open[depth]!
    const found = scope.find(words)
    if (found !== undefined && (best === undefined || fitsBetter(found.match, best.found.match)))
      best = { found, depth }
    if (best === undefined && scope.others !== undefined && indent > outer)
      return { reading: { ...scope.others, command: undefined, opens: undefined }, depth }
  }
  return best === undefined ? undefined : { reading: best.found.apply(), depth: best.depth }
}

function bannerOf(words: string): { readonly delimiter: string; readonly closed: boolean } | undefined {
  const match = /^banner (?:motd|login|exec|incoming|slip-ppp|prompt-timeout) ?(\^C|\S)(.*)$/i.exec(words)
  return match === null ? undefined : { delimiter: match[1]!, closed: match[2]!.includes(match[1]!) }
}

/** What stands in a pasted text and is no line of configuration. */
function asideOf(words: string, comment: '!' | '#'): string | undefined {
  if (words.startsWith(comment) && !words.startsWith('!dmvpn ')) return 'comment'
  if (/^end$/i.test(words)) return 'end'
  if (/^`{3}/.test(words)) return 'page'
  if (
    /^(building configuration|current configuration|using \d+ out of|last configuration|ntp clock-period)/i.test(words)
  )
    return 'said by the router'
  if (/^(enter configuration commands|%|\^$)/i.test(words)) return 'said by the router'
  if (
    /^(conf(igure)?( t(erminal)?)?|en(able)?|wr(ite)?( mem(ory)?| ter(minal)?)?|copy run\S* start\S*|(do )?sh(ow)? .*)$/i.test(
      words,
    )
  )
    return 'not configuration'
  return undefined
}
