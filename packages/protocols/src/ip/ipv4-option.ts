/** What an IPv4 option is to whoever shows it. */
import { type Field, field } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

/**
 * Shows the body between the cursor and `end`, never beyond; what it returns is appended to the option's title.
 * `ttl` is the packet's.
 */
export type ShowOption = (c: PacketCursor, end: number, ttl: number) => string | undefined

export interface Ipv4Option {
  readonly type: number
  /** The option as a whole, as octets. */
  readonly field: Field
  readonly name: string
  /** The only length in octets the option may have, where there is only one. */
  readonly length: number | undefined
  readonly show: ShowOption
}

/** An option of the list; `name` is the last part of its field's name. */
export function ipv4Option(
  type: number,
  name: string,
  title: string,
  length: number | undefined,
  show: ShowOption,
): Ipv4Option {
  return { type, name: title, field: field(`ip.options.${name}`, `IP Option - ${title}`, 'bytes'), length, show }
}
