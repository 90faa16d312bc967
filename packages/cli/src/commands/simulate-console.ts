/** What routers say while a scenario is played: answers to commands among its events, and consoles that are followed. */
import type { Instant } from '@dmvpn/core'
import type { Simulation, Story } from '@dmvpn/sim'
import { CommandError } from '../exit-code.ts'
import { RouterConsoles } from './router-consoles.ts'
import { typedLine } from './scenario.ts'

/** A command typed at a router's console. */
export interface Spoken {
  readonly at: Instant
  readonly router: string
  readonly command: string
}

/**
 * The story without what is typed at consoles, and that. What can happen without a console, a ping for instance, is
 * typed at one where the router's is followed. Throws CommandError for a followed router that is not there.
 */
export function eventsByConsole(
  story: Story,
  followed: readonly string[],
): { readonly quiet: Story; readonly spoken: readonly Spoken[] } {
  for (const name of followed)
    if (!story.routers.some(each => each.name === name))
      throw new CommandError(`--console ${name}: there is no such router`)
  const spoken: Spoken[] = []
  const events = story.events.filter(({ at, line, action }) => {
    const typed = typedLine(line)
    if (typed === undefined || (action !== undefined && !followed.includes(typed.router))) return true
    spoken.push({ at, ...typed })
    return false
  })
  return { quiet: { ...story, events }, spoken }
}

export interface ConversationOptions {
  readonly followed: readonly string[]
  readonly timestamps: boolean
  readonly say: (text: string) => void
}

/** Types the commands when their time comes, and lets through what is to be heard. */
export class Conversation {
  /** Whether anything was said. */
  wasHeard = false
  private speaking: string | undefined
  private lastSpeaker: string | undefined
  private atMargin = true

  constructor(simulation: Simulation, spoken: readonly Spoken[], { followed, timestamps, say }: ConversationOptions) {
    const consoles = new RouterConsoles(
      simulation,
      (router, text) => {
        const isHeard =
          followed.includes(router) || this.speaking === router || consoles.of(router)?.console.isDebugging === true
        if (isHeard) this.hear(router, text, say)
      },
      { timestamps },
    )
    for (const { at, router, command } of spoken)
      simulation.at(at, () => {
        const { console } = consoles.of(router)!
        this.speaking = router
        this.hear(router, `${console.prompt}${command}\n`, say)
        console.enter(command)
        this.speaking = undefined
      })
  }

  private hear(router: string, text: string, say: (text: string) => void): void {
    // One does not speak in the middle of another's line.
    if (!this.atMargin && this.lastSpeaker !== router) say('\n')
    say(text)
    this.wasHeard = true
    this.lastSpeaker = router
    this.atMargin = text.endsWith('\n')
  }
}

/** Text in pieces, handed on in whole lines. */
export function lineByLine(write: (line: string) => void): (text: string) => void {
  let rest = ''
  return text => {
    const lines = `${rest}${text}`.split('\n')
    rest = lines.pop()!
    for (const each of lines) write(each)
  }
}
