/** The colours of summary lines on a terminal, as SGR sequences. */
import type { Frame } from '@dmvpn/protocols'

export const plain = '\u001b[0m'
const red = '\u001b[31m'

const byProtocol: ReadonlyMap<string, string> = new Map([
  ['nhrp', '\u001b[36m'],
  ['esp', '\u001b[33m'],
  ['isakmp', '\u001b[33m'],
  ['arp', '\u001b[90m'],
])

/** Red where a packet is faulty, otherwise by the innermost protocol that has a colour. */
export function colorOf(frame: Frame): string {
  if (frame.fault !== undefined) return red
  for (let i = frame.layers.length - 1; i >= 0; i--) {
    const color = byProtocol.get(frame.layers[i]!.protocol.name)
    if (color !== undefined) return color
  }
  return ''
}
