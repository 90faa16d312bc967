/** What can happen in a story, as one line of text: `R3: ping ADDRESS source ADDRESS`. */
import { type Ip, type Order, type PingOrder, type Prefix, parseIp } from '@dmvpn/core'
import { parseDuration } from './duration.ts'
import type { Impairment } from './impairment.ts'

export type Action =
  | { readonly action: 'order'; readonly router: string; readonly order: Order }
  /** The station's cable is put in, or taken out. */
  | { readonly action: 'plug' | 'unplug'; readonly router: string }
  /** The station's link changes. */
  | { readonly action: 'impair'; readonly router: string; readonly changes: Partial<Impairment> }

/** The action a line stands for; undefined where it is none of ours. */
export function parseAction(line: string): Action | undefined {
  const match = /^\s*([^:\s]+)\s*:\s*(.+?)\s*$/.exec(line)
  if (match === null) return undefined
  const router = match[1]!
  const words = match[2]!.split(/\s+/)
  if (words.length === 1 && (words[0] === 'plug' || words[0] === 'unplug')) return { action: words[0], router }
  if (words[0] === 'link') {
    const changes = impairmentOf(words.slice(1))
    return changes === undefined ? undefined : { action: 'impair', router, changes }
  }
  const order = orderOf(words)
  return order === undefined ? undefined : { action: 'order', router, order }
}

function orderOf(words: readonly string[]): Order | undefined {
  const text = words.join(' ')
  if (text === 'reload' || text === 'purge' || text === 'clear crypto' || text === 'clear nhrp shortcut')
    return { order: text }
  const [first, second] = words
  if (first === 'ping') return pingOf(words.slice(1))
  if (first === 'shutdown' && words.length === 2) return { order: 'shutdown', interface: second! }
  if (first === 'no' && second === 'shutdown' && words.length === 3)
    return { order: 'no shutdown', interface: words[2]! }
  if (first === 'clear' && second === 'nhrp') return clearOf(words.slice(2))
  if (first === 'address' && words.length === 3) return addressOf('add address', second!, words[2]!)
  if (first === 'no' && second === 'address' && words.length === 4)
    return addressOf('remove address', words[2]!, words[3]!)
  return undefined
}

function clearOf(words: readonly string[]): Order | undefined {
  if (words.length === 0) return { order: 'clear nhrp', prefix: undefined }
  const prefix = words.length === 1 ? parsePrefix(words[0]!) : undefined
  return prefix === undefined ? undefined : { order: 'clear nhrp', prefix }
}

function addressOf(order: 'add address' | 'remove address', name: string, text: string): Order | undefined {
  const address = parsePrefix(text)
  return address === undefined ? undefined : { order, interface: name, address }
}

/** An address and a length, `/` between them; an address alone is the host. */
export function parsePrefix(text: string): Prefix | undefined {
  const [before, after, more] = text.split('/')
  const address = before === undefined ? undefined : parseIp(before)
  if (address === undefined || more !== undefined) return undefined
  const width = typeof address === 'number' ? 32 : 128
  if (after === undefined) return { address, length: width }
  const length = /^\d{1,3}$/.test(after) ? Number(after) : width + 1
  return length > width ? undefined : { address, length }
}

function pingOf(words: readonly string[]): Order | undefined {
  const destination = words[0] === undefined ? undefined : parseIp(words[0])
  if (destination === undefined || words.length % 2 === 0) return undefined
  const order: { -readonly [K in keyof PingOrder]: PingOrder[K] } = { order: 'ping', destination }
  for (let at = 1; at < words.length; at += 2) {
    if (!setOption(order, words[at]!, words[at + 1]!)) return undefined
  }
  return order
}

function setOption(
  order: { source?: Ip | undefined; count?: number; size?: number; timeout?: number; interval?: number | undefined },
  name: string,
  value: string,
): boolean {
  const number = /^\d+$/.test(value) ? Number(value) : undefined
  const span = parseDuration(value)
  switch (name) {
    case 'source':
      order.source = parseIp(value)
      return order.source !== undefined
    case 'repeat':
      if (number !== undefined) order.count = number
      return number !== undefined
    case 'size':
      if (number !== undefined) order.size = number
      return number !== undefined
    case 'timeout':
      if (span !== undefined) order.timeout = span
      return span !== undefined
    case 'interval':
      if (span !== undefined) order.interval = span
      return span !== undefined
    default:
      return false
  }
}

function impairmentOf(words: readonly string[]): Partial<Impairment> | undefined {
  if (words.length === 0 || words.length % 2 !== 0) return undefined
  const pairs: [string, string][] = []
  for (let at = 0; at < words.length; at += 2) pairs.push([words[at]!, words[at + 1]!])
  return readImpairment(Object.fromEntries(pairs))
}

/** Of spans and shares by name, as text or number; undefined where one is not understood. */
export function readImpairment(from: Readonly<Record<string, unknown>>): Partial<Impairment> | undefined {
  const changes: { -readonly [K in keyof Impairment]?: Impairment[K] } = {}
  for (const [name, value] of Object.entries(from)) {
    if (name === 'delay' || name === 'jitter') {
      const span = parseDuration(String(value))
      if (span === undefined) return undefined
      changes[name] = span
    } else if (name === 'loss' || name === 'duplicate' || name === 'corrupt') {
      const share = Number(value)
      if (!(share >= 0 && share <= 1)) return undefined
      changes[name] = share
    } else return undefined
  }
  return changes
}
