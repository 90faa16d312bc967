/** Counter-examples a person can read: layer by layer, the facts that are not the defaults. */
import type { LayerToEncode } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import fc from 'fast-check'

/** A layer as `ip {ttl: 1, protocol: 47}`, with its lies and its trailer. */
export function layerInWords({ protocol, packet, claims, trailer }: LayerToEncode): string {
  const defaults = protocol.defaults as Readonly<Record<string, unknown>>
  const parts = Object.entries(packet as object)
    .map(([key, value]): readonly [string, string] => [key, valueInWords(value)])
    .filter(([key, text]) => text !== valueInWords(defaults[key]))
    .map(([key, text]) => `${key}: ${text}`)
  const lies = Object.entries(claims).map(([name, value]) => `${name} = ${value}`)
  const behind = trailer.length === 0 ? [] : [`trailer ${formatHex(trailer)}`]
  return [`${protocol.name} {${parts.join(', ')}}`, ...lies, ...behind].join(', ')
}

function valueInWords(value: unknown): string {
  if (value instanceof Uint8Array) return `x${formatHex(value)}`
  if (Array.isArray(value)) return `[${value.map(valueInWords).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, each]) => `${key}: ${valueInWords(each)}`)
      .join(', ')}}`
  }
  return fc.stringify(value)
}

/** Gives a value the words that fast-check prints for it. They are computed when asked for, and no part of the value. */
export function saying<T extends object>(value: T, words: (value: T) => string): T {
  return Object.defineProperty(value, fc.toStringMethod, { value: () => words(value), enumerable: false })
}
