/** Which layers `frame.protocols` lists, beside those that are walked. */
import type { Titled } from '@dmvpn/wire'

/** Enters a layer in `frame.protocols`: Wireshark counts what is quoted, but no packet of the protocol that quotes it. */
export function listLayer(protocols: string[], name: string, quoted: boolean): void {
  const before = protocols.at(-1)
  if (isCiphertext(before, name) || (quoted && before === name)) return
  protocols.push(name)
}

/** Whether a layer is what ESP carries while nobody can read it: Wireshark leaves that to ESP itself. */
export function isCiphertext(before: string | undefined, name: string): boolean {
  return name === 'data' && before === 'esp'
}

/** Whether Wireshark's Ethertype dissector stands between this layer and the next: it counts in `frame.protocols`. */
export function carriesEtherType(protocol: Titled, packet: unknown): boolean {
  const { selects } = protocol as { readonly selects?: { readonly table: string; readonly fact: string } }
  if (selects === undefined || selects.table !== 'ethertype') return false
  return (packet as Readonly<Record<string, unknown>>)[selects.fact] !== undefined
}
