/**
 * TCP options, RFC 9293 §3.1, RFC 7323, RFC 2018, and the IANA list: shown to a witness, kept as octets in the packet.
 *
 *  |     Kind      |    Length     |    data …
 */
import {
  bits,
  expert,
  type Field,
  field,
  flag,
  generated,
  type Layout,
  layout,
  type Outline,
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { tcpOptionNames } from './tcp-option-names.ts'

const title = 'TCP Options'
const options: Field = field('tcp.options', title, 'bytes')
const kindOctet: Layout<{ readonly kind: number }> = layout('tcp.option', title, {
  kind: u8('tcp.option_kind', 'Kind', { names: tcpOptionNames }),
})
const lengthOctet: Layout<{ readonly length: number }> = layout('tcp.option', title, {
  length: u8('tcp.option_len', 'Length'),
})
const segmentSize: Layout<{ readonly size: number }> = layout('tcp.options', title, {
  size: u16('tcp.options.mss_val', 'MSS Value'),
})
const shiftCount: Layout<{ readonly shift: number }> = layout('tcp.options', title, {
  shift: u8('tcp.options.wscale.shift', 'Shift count'),
})
const multiplier: Field = field('tcp.options.wscale.multiplier', 'Multiplier', 'uint16')
const block: Layout<{ readonly left: number; readonly right: number }> = layout('tcp.options', title, {
  left: u32('tcp.options.sack_le', 'TCP SACK Left Edge'),
  right: u32('tcp.options.sack_re', 'TCP SACK Right Edge'),
})
const blockCount: Field = field('tcp.options.sack.count', 'TCP SACK Count', 'uint8')
const echo: Layout<{ readonly value: number }> = layout('tcp.options', title, {
  value: u32('tcp.options.echo_value', 'TCP Echo Option'),
})
const times: Layout<{ readonly value: number; readonly echo: number }> = layout('tcp.options', title, {
  value: u32('tcp.options.timestamp.tsval', 'Timestamp value'),
  echo: u32('tcp.options.timestamp.tsecr', 'Timestamp echo reply'),
})
const count: Layout<{ readonly value: number }> = layout('tcp.options', title, {
  value: u32('tcp.options.cc_value', 'TCP CC Option'),
})
const digest: Field = field('tcp.options.md5.digest', 'MD5 digest', 'bytes')
const keys: Layout<{ readonly key: number; readonly next: number }> = layout('tcp.options.ao', title, {
  key: u8('tcp.options.ao.keyid', 'AO KeyID'),
  next: u8('tcp.options.ao.rnextkeyid', 'AO RNextKeyID'),
})
const mac: Field = field('tcp.options.ao.mac', 'AO MAC', 'bytes')
const timeout: Layout<{ readonly minutes: boolean; readonly value: number }> = layout('tcp.options', title, {
  minutes: flag('tcp.options.user_to_granularity', 'Granularity', { truth: ['Minutes', 'Seconds'] }),
  value: bits(15, 'tcp.options.user_to_val', 'User Timeout'),
})
const cookieRequest: Field = generated('tcp.options.tfo.request', 'Fast Open Cookie Request', 'none')
const cookie: Field = field('tcp.options.tfo.cookie', 'Fast Open Cookie', 'bytes')
const experiment: Layout<{ readonly id: number }> = layout('tcp.options', title, {
  id: u16('tcp.options.experimental.exid', 'Experiment Identifier', { base: 'hex' }),
})
const experimentData: Field = field('tcp.options.experimental.data', 'Data', 'bytes')
const unknownData: Field = field('tcp.options.unknown.payload', 'Payload', 'bytes')
const badLength: Field = expert('tcp.option.len.invalid', 'Invalid length for option', 'note')
const bigShift: Field = expert('tcp.options.wscale.shift.invalid', 'Window scale shift exceeds 14', 'warning')
const sizeAbsent: Field = expert('tcp.options.mss.absent', 'The SYN packet does not contain a MSS option', 'note')
const sizePresent: Field = expert('tcp.options.mss.present', 'The non-SYN packet does contain a MSS option', 'warning')

interface Option {
  readonly field: Field
  readonly name: string
  readonly length: number | undefined
  /** Shows the body between the cursor and `end`; what it returns is appended to the option's title. */
  readonly show: (c: PacketCursor, end: number) => string
}

function option(name: string, text: string, length: number | undefined, show: Option['show']): Option {
  return { field: field(`tcp.options.${name}`, `TCP Option - ${text}`, 'bytes'), name: text, length, show }
}

const nothing = (): string => ''
const one =
  (of: Layout<unknown>) =>
  (c: PacketCursor, end: number): string => {
    if (end - c.at >= of.size) c.take(of)
    return ''
  }
const rest =
  (of: Field) =>
  (c: PacketCursor, end: number): string => {
    c.takeBytes(of, end - c.at)
    return ''
  }

/** What an option holds behind, or instead of, what it should. */
const leftOver: Field = field('tcp.options.left_over', 'Left over', 'bytes')
/** What no length makes sense of. */
const invalid: Field = field('tcp.options.invalid', 'TCP Option - Invalid', 'bytes')
const unknown: Option = option('unknown', 'Unknown', undefined, rest(unknownData))
const experimental: Option = option('experimental', 'Experimental', undefined, (c, end) => {
  if (end - c.at >= experiment.size) c.take(experiment)
  return rest(experimentData)(c, end)
})
const kinds: Readonly<Record<number, Option>> = {
  0: option('eol', 'End of Option List (EOL)', 1, nothing),
  1: option('nop', 'No-Operation (NOP)', 1, nothing),
  2: option('mss', 'Maximum segment size', 4, (c, end) =>
    end - c.at < segmentSize.size ? '' : `: ${c.take(segmentSize).size} bytes`,
  ),
  3: option('wscale', 'Window scale', 3, showScale),
  4: option('sack_perm', 'SACK permitted', 2, nothing),
  5: option('sack', 'SACK', undefined, showBlocks),
  6: option('echo', 'Echo', 6, one(echo)),
  7: option('echoreply', 'Echo reply', 6, one(echo)),
  8: option('timestamp', 'Timestamps', 10, (c, end) => {
    if (end - c.at < times.size) return ''
    const { value, echo: answered } = c.take(times)
    return `: TSval ${value}, TSecr ${answered}`
  }),
  11: option('cc', 'CC', 6, one(count)),
  12: option('ccnew', 'CC.NEW', 6, one(count)),
  13: option('ccecho', 'CC.ECHO', 6, one(count)),
  19: option('md5', 'TCP MD5 signature', 18, rest(digest)),
  28: option('user_to', 'User Timeout', 4, one(timeout)),
  29: option('ao', 'TCP AO', undefined, (c, end) => {
    if (end - c.at >= keys.size) c.take(keys)
    return rest(mac)(c, end)
  }),
  34: option('tfo', 'TCP Fast Open', undefined, (c, end) => {
    if (end === c.at) c.show(cookieRequest, undefined, c.at - 2, 2)
    return rest(cookie)(c, end)
  }),
  253: experimental,
  254: experimental,
}

export const tcpOptionFields: readonly (Outline | Field)[] = [
  options,
  ...new Set([...Object.values(kinds), unknown].map(each => each.field)),
  kindOctet,
  lengthOctet,
  segmentSize,
  shiftCount,
  multiplier,
  block,
  blockCount,
  echo,
  times,
  count,
  digest,
  keys,
  mac,
  timeout,
  cookieRequest,
  cookie,
  experiment,
  experimentData,
  unknownData,
  leftOver,
  invalid,
  badLength,
  bigShift,
  sizeAbsent,
  sizePresent,
]

function showScale(c: PacketCursor, end: number): string {
  if (end === c.at) return ''
  const { shift } = c.take(shiftCount)
  // RFC 7323 §2.3: a larger shift counts as 14.
  if (shift > 14) c.note(bigShift, bigShift.label, c.at - 1, 1)
  const factor = 1 << Math.min(shift, 14)
  c.show(multiplier, factor, c.at - 1, 1)
  return `: ${shift} (multiply by ${factor})`
}

function showBlocks(c: PacketCursor, end: number): string {
  const start = c.at - 2
  let text = ''
  let blocks = 0
  for (; end - c.at >= block.size; blocks++) {
    const { left, right } = c.take(block)
    text += ` ${left}-${right}`
  }
  c.show(blockCount, blocks, start)
  return text
}

/** Shows the options between the cursor and `end`. Odd ones are shown as octets; none stops the walk. */
export function showTcpOptions(c: PacketCursor, end: number, synchronize: boolean): void {
  const start = c.at
  let text = `Options: (${end - start} bytes)`
  let sized = false
  c.openField(options, c.bytes.subarray(start, end))
  while (c.at < end) {
    const kind = c.view.getUint8(c.at)
    const of = kinds[kind] ?? unknown
    const name = of === unknown ? `Unknown (0x${kind.toString(16).padStart(2, '0')})` : of.name
    const left = end - c.at
    const length = kind <= 1 ? 1 : left < 2 ? 0 : c.view.getUint8(c.at + 1)
    sized ||= kind === 2
    const wrong = wrongLength(name, length, left, kind)
    if (wrong !== undefined) {
      c.openField(invalid, c.bytes.subarray(c.at, end))
      c.note(badLength, wrong, c.at, Math.min(2, left))
      c.at = end
      c.close(wrong)
      break
    }
    showOption(c, of, c.at + length)
    text += `, ${name}`
  }
  c.at = end
  if (synchronize && !sized) c.note(sizeAbsent, sizeAbsent.label, start, end - start)
  if (!synchronize && sized) c.note(sizePresent, sizePresent.label, start, end - start)
  c.close(text)
}

function showOption(c: PacketCursor, of: Option, end: number): void {
  const length = end - c.at
  c.openField(of.field, c.bytes.subarray(c.at, end))
  c.take(kindOctet)
  let suffix = ''
  if (of.length !== 1) {
    c.take(lengthOctet)
    const right = of.length === undefined || of.length === length
    if (right) suffix = of.show(c, end)
    else c.note(badLength, `option length should be ${of.length}`, c.at - 1, 1)
    if (end > c.at) c.takeBytes(leftOver, end - c.at)
    c.at = end
  }
  c.close(`TCP Option - ${of.name}${suffix}`)
}

function wrongLength(name: string, length: number, left: number, kind: number): string | undefined {
  const octets = `option length = ${length} byte${length === 1 ? '' : 's'}`
  if (length > left) return `${name} (${octets} says option goes past end of options)`
  return kind > 1 && length < 2 ? `${name} (with too-short ${octets})` : undefined
}
