/** A scenario folder: its story, with what the command line changes, and the routers' configurations. */
import { join } from 'node:path'
import type { Instant, ProfileName, Settings } from '@dmvpn/core'
import { isConsoleCommand, parseConfiguration } from '@dmvpn/ios'
import { BadStory, parseAction, parseDuration, type Story, type StoryEvent, storyOf } from '@dmvpn/sim'
import { isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml'
import { CommandError } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { readText } from '../text-file.ts'

export interface ScenarioOptions {
  /** In place of the story's. */
  readonly until?: string | undefined
  readonly seed?: number | undefined
  /** Whose habits every router has, whatever its configuration says. */
  readonly profile?: ProfileName | undefined
  /** More events: a time and a line each. */
  readonly events?: readonly (readonly [at: string, line: string])[]
}

/** What is to be played. */
export interface Scenario {
  readonly story: Story
  readonly settings: ReadonlyMap<string, Settings>
  /** Lines of the configurations that nothing came of, as sentences. */
  readonly remarks: readonly string[]
}

/** Reads a folder. Throws CommandError, with line and column where the story is wrong. */
export async function readScenario(folder: string, options: ScenarioOptions, io: Io): Promise<Scenario> {
  const file = join(folder, 'story.yaml')
  const { events = [], until, seed } = options
  const told = storyOfText(await readText(file, io), file)
  const names = new Set(told.routers.map(({ name }) => name))
  const story = {
    ...told,
    until: until === undefined ? told.until : durationOf('--until', until),
    seed: seed ?? told.seed,
    events: [...told.events, ...events.map(([at, line]) => eventOf(at, line, names))],
  }
  const settings = new Map<string, Settings>()
  const remarks: string[] = []
  for (const { name, config } of story.routers) {
    const path = join(folder, config)
    const { profile } = options
    const read = parseConfiguration(await readText(path, io), {
      hostname: name,
      ...(profile === undefined ? {} : { profile }),
    })
    settings.set(name, read.settings)
    for (const { state, number, text } of read.lines)
      if (state === 'questionable' || state === 'unrecognised')
        remarks.push(`${path}:${number}: ${state}: ${text.trim()}`)
  }
  return { story, settings, remarks }
}

function eventOf(at: string, line: string, names: ReadonlySet<string>): StoryEvent {
  const event = { at: durationOf('--at', at), line, action: parseAction(line) }
  const wrong = wrongEvent(event, names)
  if (wrong !== undefined) throw new CommandError(`--at ${at} '${line}': ${wrong}`)
  return event
}

function durationOf(option: string, text: string): Instant {
  const span = parseDuration(text)
  if (span === undefined) throw new CommandError(`${option} ${text}: not a time such as 90s, 3m or 20ms`)
  return span
}

function wrongEvent({ action, line }: StoryEvent, names: ReadonlySet<string>): string | undefined {
  const typed = action === undefined ? typedLine(line) : undefined
  const router = action?.router ?? typed?.router
  if (router === undefined) return 'nothing that can happen; samples/scenarios/README.md has a list'
  return names.has(router) ? undefined : `there is no router ${router}`
}

/** A command of a router's console, as `R3: show ip nhrp` says it; undefined where it is none. */
export function typedLine(line: string): { readonly router: string; readonly command: string } | undefined {
  const [, router, command] = /^\s*([^:\s]+)\s*:\s*(.+?)\s*$/.exec(line) ?? []
  return router !== undefined && command !== undefined && isConsoleCommand(command) ? { router, command } : undefined
}

function storyOfText(text: string, file: string): Story {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const wrong = (offset: number, message: string): CommandError => {
    const { line, col } = lines.linePos(offset)
    return new CommandError(`${file}:${line}:${col}: ${message}`)
  }
  const [first] = document.errors
  if (first !== undefined) throw wrong(first.pos[0], first.message)
  const placeOf = (where: string): number =>
    offsetOf(
      document.contents,
      where.split(/[.[\]]+/).filter(each => each !== ''),
    )
  try {
    const story = storyOf(document.toJS({ maxAliasCount: 100 }))
    const names = new Set(story.routers.map(({ name }) => name))
    for (const [index, event] of story.events.entries()) {
      const message = wrongEvent(event, names)
      if (message !== undefined) throw wrong(placeOf(`events[${index}].do`), `${event.line}: ${message}`)
    }
    return story
  } catch (error) {
    if (error instanceof BadStory) throw wrong(placeOf(error.where), error.message)
    if (error instanceof ReferenceError) throw wrong(0, error.message)
    throw error
  }
}

/** Where the nearest thing on the way stands in the text. */
function offsetOf(root: unknown, path: readonly string[]): number {
  let node = root
  let offset = startOf(root) ?? 0
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find(each => isScalar(each.key) && String(each.key.value) === key)
      node = pair?.value
      offset = startOf(node) ?? startOf(pair?.key) ?? offset
    } else {
      node = isSeq(node) ? node.items[Number(key)] : undefined
      offset = startOf(node) ?? offset
    }
  }
  return offset
}

function startOf(node: unknown): number | undefined {
  return (node as { readonly range?: readonly number[] | null } | null | undefined)?.range?.[0]
}
