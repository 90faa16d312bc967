/** `-z`: statistics by tshark's names. */
import type { Stack } from '@dmvpn/protocols'
import { compileFilter } from '../filter/filter.ts'
import { ConversationList } from './conversation-list.ts'
import { EndpointList } from './endpoint-list.ts'
import { ExpertStatistic, severityNames } from './expert-statistic.ts'
import { FilteredStatistic } from './filtered-statistic.ts'
import { ProtocolHierarchy } from './hierarchy.ts'
import { IoStatistic } from './io-statistic.ts'
import { NhrpStatistic } from './nhrp-statistic.ts'
import type { Statistic } from './statistic.ts'
import { conversationTypes } from './traffic-list.ts'

/** What `-z` takes, for help and errors; all but `io,stat` end with a filter where one is wanted. */
export const statisticNames: readonly string[] = [
  'io,phs',
  'io,stat,<seconds>[,<filter>…]',
  `conv,${conversationTypes.join('|')}`,
  `endpoints,${conversationTypes.join('|')}`,
  `expert[,${severityNames.join('|')}]`,
  'nhrp',
]

/**
 * A statistic by its name. Throws RangeError where there is none of that name, FilterError where a filter is none.
 */
export function statisticOf(stack: Stack, text: string): Statistic {
  const [kind, of, ...more] = split(text)
  if (kind === 'io' && of === 'stat') return intervals(stack, more)
  if (kind === 'io' && of === 'phs') {
    return filtered(stack, more, filter => new ProtocolHierarchy(stack, filter))
  }
  if (kind === 'expert') {
    const severity = severityNames.find(each => each === of)
    const filters = severity !== undefined ? more : of === undefined ? [] : [of, ...more]
    return filtered(stack, filters, () => new ExpertStatistic(stack, severity))
  }
  if (kind === 'nhrp') return filtered(stack, of === undefined ? [] : [of, ...more], () => new NhrpStatistic())
  const type = conversationTypes.find(each => each === of)
  if (kind === 'conv' && type !== undefined) return filtered(stack, more, filter => new ConversationList(type, filter))
  if (kind === 'endpoints' && type !== undefined) return filtered(stack, more, filter => new EndpointList(type, filter))
  throw new RangeError(`${text}: not one of ${statisticNames.join(', ')}`)
}

function intervals(stack: Stack, [interval = '', ...columns]: readonly string[]): Statistic {
  const seconds = /^\d+(\.\d+)?$/.test(interval) ? Number(interval) : Number.NaN
  if (!(seconds >= 0)) throw new RangeError(`io,stat,${interval}: an interval in seconds is expected`)
  return new IoStatistic(stack, seconds, columns)
}

/** A filter may have commas of its own. */
function filtered(stack: Stack, parts: readonly string[], make: (filter: string | undefined) => Statistic): Statistic {
  const text = parts.join(',').trim()
  return text === '' ? make(undefined) : new FilteredStatistic(stack, compileFilter(stack, text), make(text))
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
