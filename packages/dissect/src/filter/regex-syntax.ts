/**
 * Regular expressions as PCRE writes them, read into a tree over octets. What cannot be matched in linear time, or
 * means something else in every program, is refused by name: back-references, look-around, atomic and possessive
 * groups, recursion, conditions, callouts, verbs, `\G`, `\K`, `\X`, `\p`.
 */
import { type OctetSet, posixClass, without } from './regex-classes.ts'
import { type Escaped, readEscape, reasonOfGroup } from './regex-escapes.ts'
import { lineEnds, places, type RegexNode, RegexRefusal } from './regex-tree.ts'

function refuse(reason: string): never {
  throw new RegexRefusal(reason)
}

interface Options {
  readonly caseless: boolean
  readonly dotAll: boolean
  readonly multiline: boolean
  readonly extended: boolean
}

const usual: Options = { caseless: true, dotAll: false, multiline: false, extended: false }
const mostRepeats = 1000
const deepest = 100

/** The tree of a pattern, one octet a letter. Throws RegexRefusal. */
export function parseRegex(pattern: Uint8Array): RegexNode {
  return new RegexParser(Array.from(pattern, octet => String.fromCharCode(octet)).join('')).whole()
}

class RegexParser {
  private readonly text: string
  private at = 0
  private options: Options = usual
  private depth = 0

  constructor(text: string) {
    this.text = text
  }

  whole(): RegexNode {
    const node = this.choice()
    if (this.at < this.text.length) refuse('closes a parenthesis that none opens')
    return node
  }

  private choice(): RegexNode {
    if (++this.depth > deepest) refuse(`is nested more than ${deepest} levels deep`)
    const nodes = [this.sequence()]
    while (this.takes('|')) nodes.push(this.sequence())
    this.depth--
    return nodes.length === 1 ? nodes[0]! : { kind: 'choice', nodes }
  }

  private sequence(): RegexNode {
    const nodes: RegexNode[] = []
    while (this.at < this.text.length && this.text[this.at] !== '|' && this.text[this.at] !== ')') {
      if (this.options.extended && this.skipsSpace()) continue
      if (this.skipsComment() || this.quotes(nodes)) continue
      const node = this.atom()
      if (node !== undefined) nodes.push(this.repeated(node))
    }
    return nodes.length === 1 ? nodes[0]! : { kind: 'sequence', nodes }
  }

  private skipsSpace(): boolean {
    if (this.text[this.at] === '#') {
      const end = this.text.indexOf('\n', this.at)
      this.at = end < 0 ? this.text.length : end + 1
      return true
    }
    return /\s/.test(this.text[this.at]!) && ++this.at > 0
  }

  private skipsComment(): boolean {
    if (!this.takes('(?#')) return false
    const end = this.text.indexOf(')', this.at)
    if (end < 0) refuse('has a comment without end')
    this.at = end + 1
    return true
  }

  /** `\Q…\E`: letters as they are; a repetition behind it is of the last. */
  private quotes(nodes: RegexNode[]): boolean {
    if (this.takes('\\E')) return true
    if (!this.takes('\\Q')) return false
    const end = this.text.indexOf('\\E', this.at)
    const letters = this.text.slice(this.at, end < 0 ? this.text.length : end)
    this.at = end < 0 ? this.text.length : end + 2
    for (const letter of letters) nodes.push(this.set(letter))
    const last = nodes.pop()
    if (last !== undefined) nodes.push(this.repeated(last))
    return true
  }

  private repeated(node: RegexNode): RegexNode {
    const { text, options } = this
    while (options.extended && this.at < text.length && this.skipsSpace());
    const counts = /^(?:([*+?])|\{(\d{1,6})(?:(,)(\d{0,6}))?\})/.exec(text.slice(this.at, this.at + 16))
    if (counts === null) return node
    this.at += counts[0].length
    const [, sign, low, comma, high] = counts
    const least = sign === undefined ? Number(low) : sign === '+' ? 1 : 0
    const most =
      sign === undefined
        ? comma === undefined
          ? least
          : high === ''
            ? Infinity
            : Number(high)
        : sign === '?'
          ? 1
          : Infinity
    if (most < least) refuse('repeats at least more often than at most')
    if (least > mostRepeats || (most > mostRepeats && most !== Infinity))
      refuse(`repeats something more than ${mostRepeats} times`)
    // Whether a lazy repetition is shorter makes no difference to whether there is a match.
    this.takes('?')
    if (text[this.at] === '+') refuse('has a possessive repetition, which needs backtracking')
    if (/^[*?]|^\{\d{1,6}(,\d{0,6})?\}/.test(text.slice(this.at, this.at + 16))) refuse('repeats a repetition')
    return { kind: 'repeat', node, least, most }
  }

  private atom(): RegexNode | undefined {
    const letter = this.text[this.at++]!
    switch (letter) {
      case '(':
        return this.group()
      case '[':
        return { kind: 'set', set: this.bracket() }
      case '.':
        return { kind: 'set', set: this.options.dotAll ? without() : without(0x0a) }
      case '^':
        return { kind: 'assertion', assertion: this.options.multiline ? 'line-begin' : 'text-begin' }
      case '$':
        return { kind: 'assertion', assertion: this.options.multiline ? 'line-end' : 'last-line-end' }
      case '\\':
        return this.escape()
      case '*':
      case '+':
      case '?':
        return refuse('repeats what is not there')
      default:
        return this.set(letter)
    }
  }

  private group(): RegexNode | undefined {
    const before = this.options
    if (this.text[this.at] === '*') refuse('has a verb, which needs backtracking')
    if (this.takes('?')) {
      const look = /^(?:<?[=!]|[>(|&+\d-]\d*\)?|[RC]|P[=>])/.exec(this.text.slice(this.at, this.at + 4))
      const name = /^(?:P?<(\w+)>|'(\w+)')/.exec(this.text.slice(this.at, this.at + 140))
      if (name !== null) this.at += name[0].length
      else if (!this.setsOptions(look)) return undefined
    }
    const node = this.choice()
    if (!this.takes(')')) refuse('leaves a parenthesis open')
    this.options = before
    return node
  }

  /** `(?i)` and `(?i:…)`; whether a group follows. Options without a group hold to the end of the one around. */
  private setsOptions(look: RegExpExecArray | null): boolean {
    const found = /^([imsxnUJ]*)(?:-([imsxnUJ]*))?([:)])/.exec(this.text.slice(this.at, this.at + 20))
    if (found === null) return refuse(look === null ? 'has a group (?… that is not known' : reasonOfGroup(look[0]))
    const [whole, on = '', off = '', end] = found
    const { caseless, dotAll, multiline, extended } = this.options
    const set = (letter: string, now: boolean): boolean =>
      on.includes(letter) ? true : off.includes(letter) ? false : now
    this.options = {
      caseless: set('i', caseless),
      dotAll: set('s', dotAll),
      multiline: set('m', multiline),
      extended: set('x', extended),
    }
    this.at += whole.length
    return end === ':'
  }

  private escape(): RegexNode {
    const letter = this.text[this.at] ?? refuse('ends with a backslash')
    const place = places.get(letter)
    if (place !== undefined) {
      this.at++
      return { kind: 'assertion', assertion: place }
    }
    if (letter === 'R') {
      this.at++
      return lineEnds
    }
    const { set, octet } = this.escaped()
    return set === undefined ? this.set(String.fromCharCode(octet)) : { kind: 'set', set }
  }

  /** What stands behind a backslash, in and out of brackets: a class or an octet. */
  private escaped(): Escaped {
    const found = readEscape(this.text, this.at)
    if (typeof found === 'string') return refuse(found)
    this.at = found.end
    return found
  }

  /** What stands behind `[`, up to and with its `]`. */
  private bracket(): OctetSet {
    const negated = this.takes('^')
    const set: OctetSet = new Uint8Array(256)
    for (let first = true; first || this.text[this.at] !== ']'; first = false) {
      if (this.at >= this.text.length) refuse('leaves a bracket open')
      const posix = /^\[:(\^?)(\w+):\]/.exec(this.text.slice(this.at, this.at + 16))
      if (posix !== null) {
        const known =
          posixClass(posix[2]!, this.options.caseless) ?? refuse(`has a class [:${posix[2]!}:] that is not known`)
        for (let i = 0; i < 256; i++) if ((known[i] === 1) !== (posix[1] === '^')) set[i] = 1
        this.at += posix[0].length
        continue
      }
      const low = this.member()
      if (low.set !== undefined) {
        for (let i = 0; i < 256; i++) set[i]! |= low.set[i]!
        continue
      }
      let high = low.octet
      if (this.text[this.at] === '-' && this.at + 1 < this.text.length && this.text[this.at + 1] !== ']') {
        this.at++
        const end = this.member()
        if (end.set !== undefined) refuse('has a range in brackets that ends with a class')
        high = end.octet
        if (high < low.octet) refuse('has a range in brackets that is out of order')
      }
      for (let i = low.octet; i <= high; i++) this.addTo(set, i)
    }
    this.at++
    return negated ? set.map(each => 1 - each) : set
  }

  private member(): Escaped {
    const letter = this.text[this.at++] ?? refuse('leaves a bracket open')
    if (letter !== '\\') return { set: undefined, octet: letter.charCodeAt(0), end: this.at }
    if (this.takes('b')) return { set: undefined, octet: 8, end: this.at }
    return this.escaped()
  }

  private set(letter: string): RegexNode {
    const set = new Uint8Array(256)
    this.addTo(set, letter.charCodeAt(0))
    return { kind: 'set', set }
  }

  private addTo(set: OctetSet, octet: number): void {
    set[octet] = 1
    const letter = String.fromCharCode(octet)
    if (!this.options.caseless || !/[a-zA-Z]/.test(letter)) return
    set[letter.toLowerCase().charCodeAt(0)] = 1
    set[letter.toUpperCase().charCodeAt(0)] = 1
  }

  private takes(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) return false
    this.at += text.length
    return true
  }
}
