/** The words of `debug nhrp packet` for numbers: printed and read by the same lists. */
import { cieCode, type NhrpExchange, purgeFlag, registrationFlag, resolutionFlag } from '@dmvpn/protocols'

/** A message's name as IOS prints it. */
export type PrintedMessage = (typeof messages)[keyof typeof messages]

const messages = {
  'resolution-request': 'Resolution Request',
  'resolution-reply': 'Resolution Reply',
  'registration-request': 'Registration Request',
  'registration-reply': 'Registration Reply',
  'purge-request': 'Purge Request',
  'purge-reply': 'Purge Reply',
  'error-indication': 'Error Indication',
  'traffic-indication': 'Traffic Indication',
} as const

/** A kind of message that IOS has a name for. */
export type PrintedKind = keyof typeof messages

/** What IOS calls a kind of message. */
export function messageText(kind: PrintedKind): PrintedMessage {
  return messages[kind]
}

/** The kind of message IOS calls so. */
export function messageKind(text: PrintedMessage): PrintedKind {
  return (Object.keys(messages) as PrintedKind[]).find(kind => messages[kind] === text)!
}

type Words = readonly (readonly [word: string, bit: number])[]

const resolutionWords: Words = [
  ['router', resolutionFlag.router],
  ['auth', resolutionFlag.authoritative],
  ['dst-stable', resolutionFlag.destinationStable],
  ['unique', resolutionFlag.unique],
  ['src-stable', resolutionFlag.sourceStable],
  ['nat', resolutionFlag.nat],
]
const registrationWords: Words = [
  ['unique', registrationFlag.unique],
  ['nat', registrationFlag.nat],
]
const purgeWords: Words = [['nat', purgeFlag.nat]]

/** Said where the flag that no reply is wanted is clear. */
const replyRequired = 'reply required'

function wordsOf(kind: NhrpExchange['kind']): Words {
  switch (kind) {
    case 'resolution-request':
    case 'resolution-reply':
      return resolutionWords
    case 'registration-request':
    case 'registration-reply':
      return registrationWords
    case 'purge-request':
    case 'purge-reply':
    case 'unrecognised':
      return purgeWords
    default:
      return kind satisfies never
  }
}

function isPurge(kind: NhrpExchange['kind']): boolean {
  return kind === 'purge-request' || kind === 'purge-reply'
}

/** The flags of a message as the words between the quotation marks. */
export function flagText(kind: NhrpExchange['kind'], flags: number): string {
  const words = wordsOf(kind).flatMap(([word, bit]) => ((flags & bit) === 0 ? [] : [word]))
  if (isPurge(kind) && (flags & purgeFlag.noReply) === 0) words.unshift(replyRequired)
  return words.join(' ')
}

/** The flags that words stand for, and the words that stand for none. */
export function flagsOf(
  kind: NhrpExchange['kind'],
  text: string,
): { readonly flags: number; readonly unknown: readonly string[] } {
  const wantsReply = text.includes(replyRequired)
  let flags = isPurge(kind) && !wantsReply ? purgeFlag.noReply : 0
  const unknown: string[] = []
  for (const word of text.replace(replyRequired, ' ').split(/\s+/)) {
    if (word === '') continue
    const bit = wordsOf(kind).find(([each]) => each === word)?.[1]
    if (bit === undefined) unknown.push(word)
    else flags |= bit
  }
  return { flags, unknown }
}

const codes: Readonly<Record<number, string>> = {
  [cieCode.success]: 'no error',
  [cieCode.administrativelyProhibited]: 'administratively prohibited',
  [cieCode.insufficientResources]: 'insufficient resources',
  [cieCode.noBinding]: 'no address binding exists',
  [cieCode.notUnique]: 'binding exists but is not unique',
  [cieCode.alreadyRegistered]: 'unique address registered already',
}

/**
 * What stands before the number of an entry's code. `no error` is IOS's; of the others, which count by their number when
 * read, the words are ours.
 */
export function codeText(code: number): string {
  return codes[code] ?? 'unknown'
}
