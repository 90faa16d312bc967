/**
 * `matches`: regular expressions over octets in time linear in the text, whatever the expression. The automaton's sets
 * of steps become states as they are met, so that a letter usually costs one look into a table; there is no backtracking.
 */
import { isWordOctet, type OctetSet } from './regex-classes.ts'
import { type Program, programOf } from './regex-program.ts'
import { parseRegex } from './regex-syntax.ts'
import { type Assertion, RegexRefusal } from './regex-tree.ts'

/** An expression, ready to be asked. Upper and lower case are one unless it says `(?-i)`. */
export interface Regex {
  /** Whether it matches somewhere in the octets. */
  test(octets: Uint8Array): boolean
}

/** The expression of a pattern, or why it is refused. */
export function compileRegex(pattern: Uint8Array): Regex | { readonly reason: string } {
  try {
    return new Automaton(programOf(parseRegex(pattern)))
  } catch (refusal) {
    if (!(refusal instanceof RegexRefusal)) throw refusal
    return { reason: refusal.message }
  }
}

/** What stands before the present place. */
const context = { begin: 0, word: 1, line: 2, other: 3 } as const

/** Letters beyond octets: a line end that ends the text, and the end of the text. */
const lastLineEnd = 256
const textEnd = 257
const letters = 258

const lineEnd = 0x0a
const unknown = -1
const matched = -2
/** More states are forgotten, and met anew. */
const mostStates = 512

interface State {
  readonly steps: readonly number[]
  readonly before: number
}

class Automaton implements Regex {
  private readonly program: Program
  /** For each letter, its class: letters that no step tells apart share one. */
  private readonly classOf: Uint16Array
  /** For each class, one letter of it. */
  private readonly letterOf: number[] = []
  private states: State[] = []
  private byKey = new Map<string, number>()
  /** For each state and class, the next state. */
  private table: Int32Array
  private readonly seen: Int32Array
  private stamp = 0

  constructor(program: Program) {
    this.program = program
    this.classOf = this.classes()
    this.table = new Int32Array(mostStates * this.letterOf.length).fill(unknown)
    this.seen = new Int32Array(program.steps.length).fill(-1)
  }

  test(octets: Uint8Array): boolean {
    const { classOf } = this
    const classes = this.letterOf.length
    const { length } = octets
    let state = this.state([this.program.start], context.begin)
    for (let i = 0; i <= length; i++) {
      const octet = octets[i]
      const letter = octet === undefined ? textEnd : octet === lineEnd && i === length - 1 ? lastLineEnd : octet
      const letterClass = classOf[letter]!
      let next = this.table[state * classes + letterClass]!
      if (next === unknown) next = this.step(state, letterClass)
      if (next === matched) return true
      state = next
    }
    return false
  }

  /** Computes and keeps the state behind a letter. */
  private step(from: number, letterClass: number): number {
    const { steps, before } = this.states[from]!
    const letter = this.letterOf[letterClass]!
    const next: number[] = []
    const isMatch = this.closure(steps, before, letter, next)
    const generation = this.states
    const to = isMatch ? matched : this.state(next, contextOf(letter))
    // Where the states were forgotten meanwhile, `from` is none of the new ones.
    if (generation === this.states) this.table[from * this.letterOf.length + letterClass] = to
    return to
  }

  /** Follows all steps that take no letter; collects where the letter leads. Whether the end is among them. */
  private closure(from: readonly number[], before: number, letter: number, next: number[]): boolean {
    const { seen } = this
    if (++this.stamp === 0x7fffffff) {
      seen.fill(-1)
      this.stamp = 0
    }
    const { stamp } = this
    const open = [...from]
    const nextOf = new Set<number>()
    while (open.length > 0) {
      const at = open.pop()!
      if (seen[at] === stamp) continue
      seen[at] = stamp
      const step = this.program.steps[at]!
      switch (step.kind) {
        case 'match':
          return true
        case 'split':
          open.push(step.other, step.next)
          break
        case 'assertion':
          if (isHeld(step.assertion, before, letter)) open.push(step.next)
          break
        case 'set':
          if (takes(step.set, letter)) nextOf.add(step.next)
          break
        default:
          step satisfies never
      }
    }
    // A match may begin anywhere: the first step is open behind every letter.
    nextOf.add(this.program.start)
    next.push(...[...nextOf].toSorted((a, b) => a - b))
    return false
  }

  private state(steps: readonly number[], before: number): number {
    const key = `${before}:${steps.join(',')}`
    const known = this.byKey.get(key)
    if (known !== undefined) return known
    if (this.states.length >= mostStates) {
      this.states = []
      this.byKey = new Map()
      this.table.fill(unknown)
    }
    const number = this.states.push({ steps, before }) - 1
    this.byKey.set(key, number)
    return number
  }

  private classes(): Uint16Array {
    const sets = new Set<OctetSet>()
    for (const step of this.program.steps) if (step.kind === 'set') sets.add(step.set)
    const classOf = new Uint16Array(letters)
    // Line ends and letters of words are told apart by assertions; the two letters beyond octets stand alone.
    for (let letter = 0; letter < letters; letter++) {
      classOf[letter] = letter > 255 ? letter - 254 : letter === lineEnd ? 1 : isWordOctet(letter) ? 4 : 0
    }
    let count = 5
    for (const set of sets) {
      const split = new Map<number, number>()
      for (let octet = 0; octet < 256; octet++) {
        if (set[octet] === 0) continue
        const old = classOf[octet]!
        let now = split.get(old)
        if (now === undefined) {
          now = count++
          split.set(old, now)
        }
        classOf[octet] = now
      }
      count = this.renumber(classOf)
    }
    this.renumber(classOf)
    for (let letter = letters - 1; letter >= 0; letter--) this.letterOf[classOf[letter]!] = letter
    return classOf
  }

  /** Numbers the classes that are left from 0; how many there are. */
  private renumber(classOf: Uint16Array): number {
    const numbers = new Map<number, number>()
    for (let letter = 0; letter < letters; letter++) {
      const old = classOf[letter]!
      if (!numbers.has(old)) numbers.set(old, numbers.size)
      classOf[letter] = numbers.get(old)!
    }
    return numbers.size
  }
}

function takes(set: OctetSet, letter: number): boolean {
  return letter === lastLineEnd ? set[lineEnd] === 1 : letter !== textEnd && set[letter] === 1
}

function contextOf(letter: number): number {
  if (letter === lineEnd || letter === lastLineEnd) return context.line
  return isWordOctet(letter) ? context.word : context.other
}

function isHeld(assertion: Assertion, before: number, letter: number): boolean {
  const isLineEnd = letter === lineEnd || letter === lastLineEnd
  switch (assertion) {
    case 'text-begin':
      return before === context.begin
    case 'text-end':
      return letter === textEnd
    case 'last-line-end':
      return letter === textEnd || letter === lastLineEnd
    case 'line-begin':
      // PCRE: behind a line end that ends the text no line begins.
      return before === context.begin || (before === context.line && letter !== textEnd)
    case 'line-end':
      return letter === textEnd || isLineEnd
    case 'border':
      return (before === context.word) !== isWordOctet(letter)
    case 'no-border':
      return (before === context.word) === isWordOctet(letter)
    default:
      return assertion satisfies never
  }
}
