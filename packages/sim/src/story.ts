/**
 * A story: who is there, and what happens when. It is plain data, read from whatever text holds it; the routers' own
 * configurations are the caller's.
 */
import type { Instant, Ip, Settings } from '@dmvpn/core'
import { parseIp } from '@dmvpn/core'
import { type Action, parseAction, readImpairment } from './action.ts'
import type { Cloud, Translation } from './cloud.ts'
import { parseDuration } from './duration.ts'
import type { Impairment } from './impairment.ts'
import { Simulation } from './simulation.ts'

export interface Story {
  readonly about: string
  readonly until: Instant
  readonly seed: number
  readonly cloud: Partial<Impairment>
  readonly routers: readonly StoryRouter[]
  readonly events: readonly StoryEvent[]
}

export interface StoryRouter {
  readonly name: string
  /** The file of its configuration, beside the story. */
  readonly config: string
  /** When it is switched on. */
  readonly start: Instant
  readonly firstRequestId: number | undefined
  readonly nat: Translation | undefined
  readonly link: Partial<Impairment>
}

export interface StoryEvent {
  readonly at: Instant
  readonly line: string
  /** Undefined: for whoever plays the story to understand (`show …`). */
  readonly action: Action | undefined
}

/** What is wrong with a story, and where: `routers.R1.start`. */
export class BadStory extends Error {
  readonly where: string

  constructor(where: string, wants: string) {
    super(`${where}: ${wants}`)
    this.name = 'BadStory'
    this.where = where
  }
}

/** The story in a parsed document; throws BadStory. */
export function storyOf(document: unknown): Story {
  const story = fieldsOf(document, 'story')
  return {
    about: typeof story.about === 'string' ? story.about : '',
    until: durationAt(story.until, 'until', '1m'),
    seed: integerAt(story.seed ?? 1, 'seed'),
    cloud: impairmentAt(story.cloud, 'cloud'),
    routers: Object.entries(fieldsOf(story.routers, 'routers')).map(([name, value]) => routerOf(name, value)),
    events: listAt(story.events, 'events').map((value, index) => eventOf(value, `events[${index}]`)),
  }
}

function routerOf(name: string, value: unknown): StoryRouter {
  const where = `routers.${name}`
  const fields = fieldsOf(value ?? {}, where)
  const { 'first-request-id': firstRequestId, nat } = fields
  return {
    name,
    config: typeof fields.config === 'string' ? fields.config : `${name}.cfg`,
    start: durationAt(fields.start, `${where}.start`, '0s'),
    firstRequestId: firstRequestId === undefined ? undefined : integerAt(firstRequestId, `${where}.first-request-id`),
    nat: nat === undefined ? undefined : translationOf(nat, `${where}.nat`),
    link: impairmentAt(fields.link, `${where}.link`),
  }
}

function translationOf(value: unknown, where: string): Translation {
  const { inside, outside } = fieldsOf(value, where)
  return { inside: addressAt(inside, `${where}.inside`), outside: addressAt(outside, `${where}.outside`) }
}

function eventOf(value: unknown, where: string): StoryEvent {
  const { at, do: line } = fieldsOf(value, where)
  if (typeof line !== 'string') throw new BadStory(`${where}.do`, 'a line such as "R3: ping ADDRESS"')
  return { at: durationAt(at, `${where}.at`), line, action: parseAction(line) }
}

function fieldsOf(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadStory(where, 'names and values')
  return value as Readonly<Record<string, unknown>>
}

function listAt(value: unknown, where: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (!Array.isArray(value)) throw new BadStory(where, 'a list')
  return value
}

function durationAt(value: unknown, where: string, usual?: string): Instant {
  const text = value ?? usual
  const span = typeof text === 'string' ? parseDuration(text) : undefined
  if (span === undefined) throw new BadStory(where, 'a time such as 90s, 3m or 20ms')
  return span
}

function integerAt(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0) throw new BadStory(where, 'a whole number')
  return value
}

function addressAt(value: unknown, where: string): Ip {
  const address = typeof value === 'string' ? parseIp(value) : undefined
  if (address === undefined) throw new BadStory(where, 'an address')
  return address
}

function impairmentAt(value: unknown, where: string): Partial<Impairment> {
  const changes = readImpairment(fieldsOf(value ?? {}, where))
  if (changes === undefined) throw new BadStory(where, 'delay, jitter (times), loss, duplicate, corrupt (0 … 1)')
  return changes
}

export interface Stage {
  readonly simulation: Simulation
  readonly cloud: Cloud
}

export interface StagingOptions {
  /** In place of the story's. */
  readonly seed?: number
}

/** Builds a story's network, and has its events happen; the run is the caller's. Throws BadStory for a router nobody configured. */
export function stage(
  story: Story,
  settings: ReadonlyMap<string, Settings>,
  { seed = story.seed }: StagingOptions = {},
): Stage {
  const simulation = new Simulation({ seed })
  for (const each of story.routers) {
    const own = settings.get(each.name)
    if (own === undefined) throw new BadStory(`routers.${each.name}`, 'a configuration')
    simulation.router(each.name, own, {
      at: each.start,
      ...(each.firstRequestId === undefined ? {} : { firstRequestId: each.firstRequestId }),
    })
  }
  const cloud = simulation.cloud([], story.cloud)
  for (const each of story.routers) {
    const station = simulation.stations.get(each.name)!
    if (each.nat === undefined) station.join(cloud)
    else station.join(cloud, each.nat)
    cloud.impair(station, each.link)
  }
  for (const { at, action } of story.events)
    if (action !== undefined) simulation.at(at, () => act({ simulation, cloud }, action))
  return { simulation, cloud }
}

/** Has an action happen now. Throws BadStory where it names a router that is not there. */
export function act({ simulation, cloud }: Stage, action: Action): void {
  const station = simulation.stations.get(action.router)
  if (station === undefined) throw new BadStory(action.router, 'a router of the story')
  switch (action.action) {
    case 'order':
      return station.perform(action.order)
    case 'plug':
    case 'unplug':
      return cloud.connect(station, action.action === 'plug')
    case 'impair':
      return cloud.impair(station, action.changes)
    default:
      return action satisfies never
  }
}
