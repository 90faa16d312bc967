/**
 * IPv4 options, RFC 791 §3.1 and the IANA list: shown to a witness, kept as octets in the packet.
 *
 *  |C|Cls| Number  |    Length     |    data …
 */
import { expert, type Field, field, type Layout, layout, type Names, names, type Outline, shows, u8 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import type { Ipv4Option } from './ipv4-option.ts'
import { ipv4OptionKindFields, ipv4OptionKinds } from './ipv4-option-kinds.ts'
import { securityOptionFields, securityOptions } from './ipv4-security-options.ts'

const classNames: Names = names({
  0: 'Control',
  1: 'Reserved for future use',
  2: 'Debugging and measurement',
  3: 'Reserved for future use',
})
const numberNames: Names = names({
  0: 'End of Option List (EOL)',
  1: 'No-Operation (NOP)',
  2: 'Security',
  3: 'Loose source route',
  4: 'Time stamp',
  5: 'Extended security',
  6: 'Commercial IP security option',
  7: 'Record route',
  8: 'Stream identifier',
  9: 'Strict source route',
  10: 'Experimental Measurement',
  11: 'MTU probe',
  12: 'MTU Reply',
  13: 'Experimental Flow Control',
  14: 'Experimental Access Control',
  15: 'Ask Estrin',
  16: 'IMI Traffic Descriptor',
  17: 'Extended Internet Protocol',
  18: 'Traceroute',
  19: 'Address Extension',
  20: 'Router Alert',
  21: 'Selective Directed Broadcast',
  22: 'Unassigned',
  23: 'Dynamic Packet State',
  24: 'Upstream Multicast Packet',
  25: 'Quick-Start',
  30: 'RFC 3692-style experiment',
})

const typeOctet: Layout<{ readonly type: number }> = layout('ip.opt', 'Option type', {
  type: u8('ip.opt.type', 'Type', {
    shows: [
      shows(0, 1, 'ip.opt.type.copy', 'Copy on fragmentation', 'boolean', { truth: ['Yes', 'No'] }),
      shows(1, 2, 'ip.opt.type.class', 'Class', 'uint8', { names: classNames }),
      shows(3, 5, 'ip.opt.type.number', 'Number', 'uint8', { names: numberNames }),
    ],
  }),
})
const lengthOctet: Layout<{ readonly length: number }> = layout('ip.opt', 'Option length', {
  length: u8('ip.opt.len', 'Length'),
})
/** Options, and what stands behind the last, that Wireshark has no field for. */
const unknown: Field = field('ip.options.unknown', 'IP Option - Unknown', 'bytes')
const filling: Field = field('ip.options.padding', 'Padding', 'bytes')
const badLength: Field = expert('ip.opt.len.invalid', 'Invalid length for option', 'warning')
const manyNops: Field = expert('ip.nop', '4 NOP in a row - a router may have removed some options', 'warning')

const options = new Map([...ipv4OptionKinds, ...securityOptions].map(each => [each.type, each]))
const optionFields = [...options.values()].map(each => each.field)

export const ipv4OptionFields: readonly (Outline | Field)[] = [
  typeOctet,
  lengthOctet,
  manyNops,
  unknown,
  filling,
  ...optionFields,
  ...ipv4OptionKindFields,
  ...securityOptionFields,
]

/** Shows the options between the cursor and `end`. Odd ones are shown as octets; none stops the walk. */
export function showIpv4Options(c: PacketCursor, end: number, ttl: number): void {
  let title = `Options: (${end - c.at} bytes)`
  let nops = 0
  let noted = false
  c.open(title)
  while (c.at < end) {
    const at = c.at
    const code = c.view.getUint8(at)
    const option = options.get(code)
    nops = code === 1 ? nops + 1 : 0
    if (nops === 4 && !noted) {
      c.note(manyNops, '4 NOP in a row - a router may have removed some options', at - 3, 4)
      noted = true
    }
    if (code <= 1) {
      show(c, option!, at + 1, ttl)
      if (code !== 0) continue
      rest(c, filling, end, filling.label)
      break
    }
    const name = option?.name ?? `Unknown (0x${code.toString(16).padStart(2, '0')})`
    const length = end - at < 2 ? 0 : c.view.getUint8(at + 1)
    const wrong = wrongLength(name, length, end - at)
    if (wrong !== undefined) {
      c.note(badLength, wrong, at, Math.min(2, end - at))
      rest(c, unknown, end, wrong)
    } else if (option === undefined) {
      rest(c, unknown, at + length, `${name} (${length} bytes)`)
    } else {
      show(c, option, at + length, ttl)
      title += `, ${name}`
    }
  }
  c.at = end
  c.close(title)
}

/** Shows the octets between the cursor and `end` as one option that nobody knows. */
function rest(c: PacketCursor, of: Field, end: number, title: string): void {
  if (end === c.at) return
  c.openField(of, c.bytes.subarray(c.at, end))
  c.at = end
  c.close(title)
}

function show(c: PacketCursor, option: Ipv4Option, end: number, ttl: number): void {
  const length = end - c.at
  c.openField(option.field, c.bytes.subarray(c.at, end))
  c.take(typeOctet)
  let suffix: string | undefined
  if (option.length !== 1) {
    c.take(lengthOctet)
    if (option.length !== undefined && option.length !== length) {
      const text = `${option.name} (with option length = ${octets(length)}; should be ${option.length})`
      c.note(badLength, text, c.at - 1, 1)
    }
    suffix = option.show(c, end, ttl)
    rest(c, filling, end, filling.label)
  }
  const shown = option.length === 1 ? '' : ` (${octets(option.length ?? length)})`
  c.close(`IP Option - ${option.name}${shown}${suffix ?? ''}`)
}

function wrongLength(name: string, length: number, left: number): string | undefined {
  if (length > left) return `${name} (option length = ${octets(length)} says option goes past end of options)`
  return length < 2 ? `${name} (with too-short option length = ${octets(length)})` : undefined
}

function octets(count: number): string {
  return `${count} byte${count === 1 ? '' : 's'}`
}

/**
 * Where the last address of an unfinished source route stands among the option octets, which is where the packet
 * finally goes; undefined where there is no such route.
 */
export function finalHop(bytes: Uint8Array): number | undefined {
  for (let at = 0; at < bytes.length; ) {
    const code = bytes[at]!
    if (code === 0) return undefined
    const length = code === 1 ? 1 : (bytes[at + 1] ?? 0)
    if (length === 0 || at + length > bytes.length || (code !== 1 && length < 2)) return undefined
    if (code === 131 || code === 137) {
      const pointer = bytes[at + 2] ?? 0
      const unfinished = length >= 7 && length % 4 === 3 && pointer >= 4 && pointer % 4 === 0 && pointer < length
      return unfinished ? at + length - 4 : undefined
    }
    at += length
  }
  return undefined
}
