/**
 * A router's console: takes lines as they are typed and says what a router says, at once or when it happens. It owns no
 * clock: whoever runs the router shows it every step.
 */
import type { Instant, Order, RouterState, Step } from '@dmvpn/core'
import { debugNhrp } from '../debug/nhrp.ts'
import { debugNhrpPacket } from '../debug/nhrp-packet.ts'
import { configMode, interfaceMode } from './config-mode.ts'
import type { Answer, Debugged, ExecCommand } from './exec-command.ts'
import { execMode } from './exec-mode.ts'
import { completionsOf, helpOn } from './help.ts'
import { logLines } from './log-line.ts'
import { marksPerLine, pingHeading, pingResult } from './ping-report.ts'
import { walk } from './walk.ts'

/** The router a console belongs to, and what it has it do. */
export interface Attached {
  readonly name: string
  /** Undefined while it is switched off. */
  readonly router: RouterState | undefined
  readonly now: Instant
  perform(order: Order): void
}

export interface ConsoleOptions {
  /** Whether what is logged says when: `*Mar  1 00:01:05.040: `, counted from the start of the run. */
  readonly timestamps?: boolean
}

type Mode =
  | { readonly mode: 'exec' }
  | { readonly mode: 'config' }
  | { readonly mode: 'interface'; readonly interface: string }

const debugs: readonly { readonly what: Debugged; readonly name: string; lines(step: Step): readonly string[] }[] = [
  { what: 'nhrp packet', name: 'NHRP activity', lines: debugNhrpPacket },
  { what: 'nhrp', name: 'NHRP protocol', lines: debugNhrp },
]

/** Whether a line is a command of a router's console, as it is typed behind `R1#`. */
export function isConsoleCommand(line: string): boolean {
  const found = walk(execMode, line)
  return found.walk === 'reached' && found.ways.some(({ rest }) => rest.length === 0)
}

/** One console: debugging, configuration modes and pings under way are its own. */
export class Console {
  /** Pings that were begun here, by number: how many marks were made. */
  private readonly pings = new Map<number, number>()
  private readonly debugging = new Set<Debugged>()
  private readonly attached: Attached
  private readonly write: (text: string) => void
  private readonly timestamps: boolean
  private mode: Mode = { mode: 'exec' }
  /** Whether what happens is the doing of a line that was typed here. */
  private ordering = false
  /** Whether the last line is not finished. */
  private midLine = false

  constructor(attached: Attached, write: (text: string) => void, { timestamps = false }: ConsoleOptions = {}) {
    this.attached = attached
    this.write = write
    this.timestamps = timestamps
  }

  get prompt(): string {
    const inside = { exec: '', config: '(config)', interface: '(config-if)' }[this.mode.mode]
    return `${this.attached.name}${inside}#`
  }

  /** Whether a ping is under way, and the next line has to wait. */
  get busy(): boolean {
    return this.pings.size > 0
  }

  /** Whether anything is debugged. */
  get isDebugging(): boolean {
    return this.debugging.size > 0
  }

  /** One line, typed behind the prompt. `leave` where it says that whoever typed it goes. */
  enter(line: string): 'stay' | 'leave' {
    if (line.trim() === '' || line.trimStart().startsWith('!')) return 'stay'
    if (this.mode.mode !== 'exec' && this.leaveMode(line.trim())) return 'stay'
    const { commands, said } = this.spoken(line)
    const found = walk(commands, said)
    if (found.walk === 'ambiguous') return this.say([`% Ambiguous command:  "${line.trim()}"`])
    if (found.walk === 'invalid') return this.sayInvalid(found.column)
    const way = found.ways.find(({ rest }) => rest.length === 0)
    if (way === undefined) return this.say(['% Incomplete command.', ''])
    const { router, now } = this.attached
    const { command, values } = way
    if (command.asksRouter && router === undefined) return this.say(['% The router is switched off'])
    return this.answer(command.run({ router: router!, now }, values), line)
  }

  /** What `?` shows behind a line. */
  help(line: string): readonly string[] {
    const { commands, said } = this.spoken(line)
    return helpOn(commands, said)
  }

  /** What the last word of a line may be completed to. */
  completions(line: string): readonly string[] {
    const { commands, said } = this.spoken(line)
    return completionsOf(commands, said)
  }

  /** The router took a step: what there is to say of it is said. */
  take(step: Step, at: Instant): void {
    this.takePing(step)
    const lines = logLines(this.attached.router, step)
    for (const each of debugs) if (this.debugging.has(each.what)) this.sayAt(at, each.lines(step))
    this.sayAt(at, lines)
  }

  /** No more of what is under way is waited for. */
  abort(): void {
    this.pings.clear()
    this.endLine()
  }

  /** What a line is said with. Behind `do` stands a command as outside of configuration: every word keeps its column. */
  private spoken(line: string): { readonly commands: readonly ExecCommand[]; readonly said: string } {
    if (this.mode.mode === 'exec') return { commands: execMode, said: line }
    if (/^\s*do\s/i.test(line)) return { commands: execMode, said: line.replace(/do/i, '  ') }
    return { commands: this.mode.mode === 'config' ? configMode : interfaceMode(this.mode.interface), said: line }
  }

  private leaveMode(line: string): boolean {
    if (/^end$/i.test(line)) this.mode = { mode: 'exec' }
    else if (/^ex(it?)?$/i.test(line))
      this.mode = this.mode.mode === 'interface' ? { mode: 'config' } : { mode: 'exec' }
    else return false
    return true
  }

  private answer(answer: Answer, line: string): 'stay' | 'leave' {
    switch (answer.answer) {
      case 'lines':
        return this.say(answer.lines)
      case 'order':
        this.ordering = true
        this.attached.perform(answer.order)
        this.ordering = false
        return 'stay'
      case 'debug':
        return this.setDebugging(answer.what, answer.on)
      case 'debugging':
        return this.say(
          debugs.filter(({ what }) => this.debugging.has(what)).map(({ name }) => `${name} debugging is on`),
        )
      case 'configure':
        if (this.mode.mode === 'exec') this.say(['Enter configuration commands, one per line.  End with CNTL/Z.'])
        this.mode =
          answer.interface === undefined ? { mode: 'config' } : { mode: 'interface', interface: answer.interface }
        return 'stay'
      case 'unknown':
        return this.sayInvalid([...line.matchAll(/\S+/g)][answer.word]?.index ?? 0)
      case 'leave':
        return 'leave'
      default:
        return answer satisfies never
    }
  }

  private setDebugging(what: Debugged | 'all', on: boolean): 'stay' {
    const which = debugs.filter(each => what === 'all' || each.what === what)
    for (const each of which) {
      if (on) this.debugging.add(each.what)
      else this.debugging.delete(each.what)
    }
    if (what === 'all') return this.say(['All possible debugging has been turned off'])
    return this.say(which.map(({ name }) => `${name} debugging is ${on ? 'on' : 'off'}`))
  }

  /** The mark stands under the line as it was typed, prompt and all. */
  private sayInvalid(column: number): 'stay' {
    return this.say([`${' '.repeat(this.prompt.length + column)}^`, "% Invalid input detected at '^' marker.", ''])
  }

  private takePing(step: Step): void {
    switch (step.step) {
      case 'ping sent': {
        const ping = this.attached.router?.pings.get(step.ping)
        if (!this.ordering || step.sequence > 0 || ping === undefined) return
        this.pings.set(step.ping, 0)
        this.say(pingHeading(ping))
        return
      }
      case 'ping answered':
      case 'ping lost': {
        const marks = this.pings.get(step.ping)
        if (marks === undefined) return
        if (marks > 0 && marks % marksPerLine === 0) this.endLine()
        this.write(step.step === 'ping answered' ? '!' : '.')
        this.midLine = true
        this.pings.set(step.ping, marks + 1)
        return
      }
      case 'ping finished':
        if (this.pings.delete(step.ping)) this.say([pingResult(step)])
        return
      default:
    }
  }

  private say(lines: readonly string[]): 'stay' {
    if (lines.length > 0) this.endLine()
    for (const each of lines) this.write(`${each}\n`)
    return 'stay'
  }

  private sayAt(at: Instant, lines: readonly string[]): void {
    if (lines.length === 0) return
    const when = this.timestamps ? stamp(at) : ''
    this.say(lines.map(each => when + each))
  }

  private endLine(): void {
    if (this.midLine) this.write('\n')
    this.midLine = false
  }
}

/** The clock of a router that nobody set starts on the first of March. */
function stamp(at: Instant): string {
  const part = (size: number, of: number, width: number): string =>
    String(Math.floor(at / size) % of).padStart(width, '0')
  const day = String(1 + Math.floor(at / 86_400_000_000)).padStart(2)
  return `*Mar ${day} ${part(3_600_000_000, 24, 2)}:${part(60_000_000, 60, 2)}:${part(1_000_000, 60, 2)}.${part(1000, 1000, 3)}: `
}
