import type { Prefix } from '@dmvpn/core'
import {
  formatIp,
  formatIpv4,
  formatIpv6,
  type Ipv4,
  type Ipv6,
  lengthOfMask,
  maskOf,
  parseIpv4,
  parseIpv6,
} from '@dmvpn/wire'
import { interfaceNameOf } from './interface-name.ts'

/** What the words of a pattern's parameters stand for. */
export interface KindValues {
  /** A dotted address. */
  readonly ipv4: Ipv4
  readonly ipv6: Ipv6
  /** A dotted mask, as the length of its ones. */
  readonly mask: number
  /** A.B.C.D/N, the host bits kept. */
  readonly prefix4: Prefix
  /** X:X::X/N, the host bits kept. */
  readonly prefix6: Prefix
  /** An OSPF area, decimal or dotted. */
  readonly area: number
  /** An interface's name, in full. */
  readonly interface: string
  readonly word: string
  /** Everything to the end of the line. */
  readonly line: string
}

export type KindName = keyof KindValues

/** A value, the words it took, and what is doubtful about it. */
export interface Read {
  readonly value: unknown
  readonly taken: number
  readonly doubt?: string
}

interface Kind {
  read(words: readonly string[]): Read | undefined
  write(value: never): string
}

const one = (value: unknown): Read | undefined => (value === undefined ? undefined : { value, taken: 1 })

function prefixFrom(
  word: string,
  parse: (text: string) => Ipv4 | Ipv6 | undefined,
  longest: number,
): Prefix | undefined {
  const match = /^([^/]+)\/(\d{1,3})$/.exec(word)
  if (match === null) return undefined
  const address = parse(match[1]!)
  const length = Number(match[2])
  return address === undefined || length > longest ? undefined : { address, length }
}

const prefixText = (prefix: Prefix): string => `${formatIp(prefix.address)}/${prefix.length}`

/** How each kind is read and written. */
export const kinds: { readonly [Name in KindName]: Kind } = {
  ipv4: { read: ([word]) => one(parseIpv4(word!)), write: formatIpv4 },
  ipv6: { read: ([word]) => one(parseIpv6(word!)), write: formatIpv6 },
  mask: {
    read: ([word]) => {
      const mask = parseIpv4(word!)
      if (mask === undefined) return undefined
      const length = lengthOfMask(mask)
      if (length !== undefined) return { value: length, taken: 1 }
      return { value: 0, taken: 1, doubt: `${word!} is not a mask` }
    },
    write: (length: number) => formatIpv4(maskOf(length)),
  },
  prefix4: { read: ([word]) => one(prefixFrom(word!, parseIpv4, 32)), write: prefixText },
  prefix6: { read: ([word]) => one(prefixFrom(word!, parseIpv6, 128)), write: prefixText },
  area: {
    read: ([word]) => one(/^\d{1,10}$/.test(word!) && Number(word) < 2 ** 32 ? Number(word) : parseIpv4(word!)),
    write: String,
  },
  interface: {
    read: words => {
      const found = interfaceNameOf(words)
      return found === undefined ? undefined : { value: found.name, taken: found.taken }
    },
    write: String,
  },
  word: { read: ([word]) => one(word), write: String },
  line: { read: words => ({ value: words.join(' '), taken: words.length }), write: String },
}

/** A decimal number; doubtful outside its range. */
export function readNumber(word: string, least: number, most: number): Read | undefined {
  if (!/^\d{1,15}$/.test(word)) return undefined
  const value = Number(word)
  if (value >= least && value <= most) return { value, taken: 1 }
  return { value, taken: 1, doubt: `${word} is not within ${least}-${most}` }
}
