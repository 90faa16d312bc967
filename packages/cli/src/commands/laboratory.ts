/**
 * A laboratory that somebody sits in: one console per router, and time that stands still until it is told to pass.
 * Nothing here knows of terminals.
 */
import { setImmediate } from 'node:timers/promises'
import type { Instant, Span } from '@dmvpn/core'
import type { Console } from '@dmvpn/ios'
import { type Action, act, formatDuration, parseAction, parseDuration, type Stage, Unending } from '@dmvpn/sim'
import { RouterConsoles } from './router-consoles.ts'

export interface LaboratoryOptions {
  /** Whether what routers log says when. */
  readonly timestamps: boolean
}

/** Commands that are no router's, with a word of help. */
const ownCommands: readonly (readonly [word: string, help: string])[] = [
  ['connect', 'Go to another router; its name alone does, too'],
  ['routers', 'Who there is, and what time it is'],
  ['wait', 'Let time pass: seconds, or 250ms, 2m, 1h'],
]

/** Virtual time between looks for an interruption. */
const slice = 1_000_000
/** While a ping is under way: it ends within so much of its last echo. */
const pingSlice = 1000
/** Events of one command before it is taken to be without end. */
const most = 20_000_000
/** Characters kept of what a router says while nobody listens. */
const mostUnread = 1 << 18

export class Laboratory {
  private readonly stage: Stage
  private readonly consoles: RouterConsoles
  private readonly write: (text: string) => void
  private readonly unread = new Map<string, string>()
  private current: string
  private interrupted = false

  /** Begins with the first router. `write` gets everything there is to read. */
  constructor(stage: Stage, write: (text: string) => void, { timestamps }: LaboratoryOptions) {
    this.stage = stage
    this.write = write
    this.consoles = new RouterConsoles(stage.simulation, (router, text) => this.hear(router, text), { timestamps })
    this.current = this.consoles.names[0] ?? ''
    stage.simulation.run({ until: 0, atMost: most })
  }

  get prompt(): string {
    return this.here.prompt
  }

  /** What stands above the first prompt. */
  get greeting(): string {
    const names = this.consoles.names.join(', ')
    return `${names}: time stands still; "wait 30" lets 30 seconds pass, "?" says what there is, Ctrl-D leaves.\n`
  }

  /** One line, typed at the current router. */
  async enter(line: string): Promise<'stay' | 'leave'> {
    this.interrupted = false
    const words = line.trim().split(/\s+/)
    const [first = '', second] = words
    if (/^wait?$/i.test(first) && words.length <= 2) return this.wait(second ?? '1')
    if (/^routers$/i.test(line.trim())) return this.sayRouters()
    const to = /^conn(ect?)?$/i.test(first) && words.length === 2 ? second! : words.length === 1 ? first : ''
    const other = this.consoles.of(to)
    if (other !== undefined) return this.connect(other.name)
    if (first.toLowerCase() === 'connect') return this.say(`% There is no router ${to}`)
    const action = this.actionOf(line)
    if (action !== undefined) {
      act(this.stage, action)
      return 'stay'
    }
    const outcome = this.here.enter(line)
    if (this.here.busy) await this.pass(this.stage.simulation.now + longestPing, pingSlice, () => !this.here.busy)
    this.here.abort()
    return outcome
  }

  /** What `?` shows behind a line. */
  help(line: string): string {
    const lines = this.here.help(line)
    const text = (all: readonly string[]): string => `${all.join('\n')}\n`
    if (line.trim() === '') {
      const laboratory = ownCommands.map(([word, help]) => `  ${word.padEnd(9)}  ${help}`)
      return text(['Router:', ...lines, 'Laboratory:', ...laboratory])
    }
    const own = ownCommands.flatMap(([word]) => (word.startsWith(line.toLowerCase()) ? [word] : []))
    return text(own.length === 0 ? lines : [[...lines.filter(each => !each.startsWith('%')), ...own].join('  ')])
  }

  /** What the last word of a line may become. */
  completions(line: string): readonly string[] {
    const partial = /\S*$/.exec(line)![0].toLowerCase()
    const starts = (word: string): boolean => partial !== '' && word.toLowerCase().startsWith(partial)
    if (/^\s*connect\s+\S*$/i.test(line)) return this.consoles.names.filter(starts)
    const own = line.trim().includes(' ')
      ? []
      : [...ownCommands.map(([word]) => word), ...this.consoles.names].filter(starts)
    return [...new Set([...this.here.completions(line), ...own])]
  }

  /** What is under way is not waited for any longer. */
  interrupt(): void {
    this.interrupted = true
  }

  private get here(): Console {
    return this.consoles.of(this.current)!.console
  }

  private hear(router: string, text: string): void {
    if (router === this.current) return this.write(text)
    this.unread.set(router, `${this.unread.get(router) ?? ''}${text}`.slice(-mostUnread))
  }

  private connect(name: string): 'stay' {
    this.current = name
    const text = this.unread.get(name) ?? ''
    this.unread.delete(name)
    return this.say(text.replace(/\n$/, ''))
  }

  private say(text: string): 'stay' {
    if (text !== '') this.write(`${text}\n`)
    return 'stay'
  }

  private sayRouters(): 'stay' {
    const { simulation } = this.stage
    const lines = [...simulation.stations.values()].map(({ name, router }) => {
      const mark = name === this.current ? '*' : ' '
      return `${mark} ${name.padEnd(12)} ${router === undefined ? 'switched off' : 'running'}`
    })
    return this.say([`time ${formatDuration(simulation.now)}`, ...lines].join('\n'))
  }

  private async wait(text: string): Promise<'stay'> {
    const span = /^\d+$/.test(text) ? Number(text) * 1_000_000 : parseDuration(text)
    if (span === undefined || !Number.isSafeInteger(span)) return this.say(`% ${text}: no time such as 30, 250ms or 2m`)
    await this.pass(this.stage.simulation.now + span, slice, () => false)
    if (this.interrupted) this.say(`% Interrupted at ${formatDuration(this.stage.simulation.now)}`)
    return 'stay'
  }

  /** A thing that happens to a router from outside: its cable, its link. Everything else is for its console. */
  private actionOf(line: string): Action | undefined {
    const action = parseAction(`${this.current}: ${line}`)
    return action === undefined || action.action === 'order' ? undefined : action
  }

  private async pass(until: Instant, step: Span, isOver: () => boolean): Promise<void> {
    const { simulation } = this.stage
    const limit = simulation.events + most
    for (let looked = simulation.events; simulation.now < until && !isOver(); ) {
      try {
        simulation.run({ until: Math.min(until, simulation.now + step), atMost: limit - simulation.events })
      } catch (error) {
        if (!(error instanceof Unending)) throw error
        this.say(`% ${error.message}`)
        return
      }
      if (simulation.events - looked < 1000 && simulation.now % slice !== 0) continue
      looked = simulation.events
      // Whoever wants to interrupt is heard only between events of the world.
      await setImmediate()
      if (this.interrupted) return
    }
  }
}

/** No ping takes longer: 65535 echoes of an hour. */
const longestPing = 65_535 * 3_600_000_000
