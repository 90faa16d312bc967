/** `-z`: statistics by tshark's names. */
import type { Stack } from '@dmvpn/protocols'
import { ConversationList } from './conversation-list.ts'
import { EndpointList } from './endpoint-list.ts'
import { ExpertStatistic } from './expert-statistic.ts'
import { ProtocolHierarchy } from './hierarchy.ts'
import { IoStatistic } from './io-statistic.ts'
import type { Statistic } from './statistic.ts'
import { conversationTypes } from './traffic-list.ts'

/** What `-z` takes, for help and errors. */
export const statisticNames: readonly string[] = [
  'io,phs',
  `conv,${conversationTypes.join('|')}`,
  `endpoints,${conversationTypes.join('|')}`,
  'io,stat,<seconds>[,<filter>…]',
  'expert',
]

/**
 * A statistic by its name. Throws RangeError where there is none of that name, FilterError where a filter is none.
 */
export function statisticOf(stack: Stack, text: string): Statistic {
  const [kind, of, ...more] = split(text)
  const type = conversationTypes.find(each => each === of)
  if (kind === 'io' && of === 'phs' && more.length === 0) return new ProtocolHierarchy(stack)
  if (kind === 'expert' && of === undefined) return new ExpertStatistic(stack)
  if (kind === 'conv' && type !== undefined) return new ConversationList(type)
  if (kind === 'endpoints' && type !== undefined) return new EndpointList(type)
  if (kind === 'io' && of === 'stat') {
    const [interval = '', ...columns] = more
    const seconds = /^\d+(\.\d+)?$/.test(interval) ? Number(interval) : Number.NaN
    if (!(seconds >= 0)) throw new RangeError(`io,stat,${interval}: an interval in seconds is expected`)
    return new IoStatistic(stack, seconds, columns)
  }
  throw new RangeError(`${text}: not one of ${statisticNames.join(', ')}`)
}

/** At commas that do not stand in quotes, brackets or braces. */
function split(text: string): string[] {
  const parts: string[] = ['']
  let depth = 0
  let quoted = false
  for (const character of text) {
    if (character === '"') quoted = !quoted
    else if (!quoted && '([{'.includes(character)) depth++
    else if (!quoted && ')]}'.includes(character)) depth--
    if (character === ',' && depth === 0 && !quoted) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}
