/**
 * The options of a PIM hello, RFC 7761 §4.9.2: kept as octets, the common ones shown in words.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |          OptionType           |         OptionLength          |
 *  |                          OptionValue …
 */
import {
  bits,
  type Field,
  field,
  flag,
  type Layout,
  layout,
  names,
  type Outline,
  u8,
  u16,
  u32,
  type Writer,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

export interface PimOption {
  readonly type: number
  readonly value: Uint8Array
}

interface OptionHeader {
  readonly type: number
  readonly length: number
}

const header: Layout<OptionHeader> = layout<OptionHeader>('pim.option', 'PIM option', {
  type: u16('pim.optiontype', 'Type'),
  length: u16('pim.optionlength', 'Length'),
})

const holdTime: Layout<{ readonly seconds: number }> = layout('pim.holdtime', 'Hold Time', {
  seconds: u16('pim.holdtime', 'Holdtime', { names: names({ 0: 'goodbye', 65535: 'Infinity' }) }),
})

interface PruneDelay {
  readonly trackingSupport: boolean
  readonly propagationDelay: number
  readonly overrideInterval: number
}

const pruneDelay: Layout<PruneDelay> = layout<PruneDelay>('pim.lan_prune_delay', 'LAN Prune Delay', {
  trackingSupport: flag('pim.t', 'T'),
  propagationDelay: bits(15, 'pim.propagation_delay', 'Propagation Delay'),
  overrideInterval: u16('pim.override_interval', 'Override Interval'),
})
const priority: Layout<{ readonly priority: number }> = layout('pim.dr_priority', 'DR Priority', {
  priority: u32('pim.dr_priority', 'DR Priority'),
})
const generation: Layout<{ readonly id: number }> = layout('pim.generation_id', 'Generation ID', {
  id: u32('pim.generation_id', 'Generation ID'),
})

interface StateRefresh {
  readonly version: number
  readonly interval: number
  readonly reserved: number
}

const stateRefresh: Layout<StateRefresh> = layout<StateRefresh>('pim.state_refresh', 'State-Refresh', {
  version: u8('pim.state_refresh_version', 'Version'),
  interval: u8('pim.state_refresh_interval', 'Interval'),
  reserved: u16('pim.state_refresh_reserved', 'Reserved'),
})
const value: Field = field('pim.optionvalue', 'Unknown', 'bytes')
/** Octets of an option that Wireshark reads and that is not read here. */
const octets: Field = field('pim.option.octets', 'Octets', 'bytes')

export const pimHelloFields: readonly (Outline | Field)[] = [
  header,
  holdTime,
  pruneDelay,
  priority,
  generation,
  stateRefresh,
  value,
  octets,
]

const titles = names({
  17: 'Label Parameters',
  18: 'Deprecated',
  22: 'Bidirectional Capable',
  23: 'VCI Capability',
  24: 'Address List',
  25: 'Neighbor List TLV',
  26: 'Join Attribute',
  27: 'PIM-over-TCP-Capable',
  28: 'PIM-over-SCTP-Capable',
  29: 'Pop-Count',
  30: 'PIM MT-ID',
  31: 'Interface ID',
  32: 'PIM ECMP Redirect Hello Option',
  33: 'vPC Peer ID',
  34: 'DR Load Balancing Capability',
  35: 'DR Load Balancing List',
  36: 'Hierarchical Join/Prune Attribute',
  65001: 'Address list, old implementation',
  65004: 'RPF Proxy Vector (Cisco proprietary)',
})

/** Options to the end of the region. */
export function walkPimOptions(c: PacketCursor): readonly PimOption[] {
  const options: PimOption[] = []
  while (c.left > 0) {
    c.need('pim.option', header.size)
    c.open(`Option ${c.view.getUint16(c.at)}`)
    const { type, length } = c.take(header)
    c.need('pim.optionvalue', length)
    const from = c.at
    if (c.witness === undefined) c.at += length
    else {
      const title = showValue(c, type, length)
      c.close(`Option ${type}: ${title}`)
    }
    options.push({ type, value: c.bytes.subarray(from, from + length) })
  }
  return options
}

/** Takes the value; says what the option's line says. */
function showValue(c: PacketCursor, type: number, length: number): string {
  if (type === 1 && length === holdTime.size) {
    const { seconds } = c.take(holdTime)
    return `Hold Time: ${seconds}${seconds === 0 ? ' (goodbye)' : seconds === 65535 ? ' (Infinity)' : ''}`
  }
  if (type === 2 && length === pruneDelay.size) {
    const { trackingSupport, propagationDelay, overrideInterval } = c.take(pruneDelay)
    const bit = trackingSupport ? 1 : 0
    return `LAN Prune Delay: T = ${bit}, Propagation Delay = ${propagationDelay}ms, Override Interval = ${overrideInterval}ms`
  }
  if (type === 19 && length === priority.size) return `DR Priority: ${c.take(priority).priority}`
  if (type === 20 && length === generation.size) return `Generation ID: ${c.take(generation).id}`
  if (type === 21 && length === stateRefresh.size) {
    const { version, interval } = c.take(stateRefresh)
    return `State-Refresh: Version = ${version}, Interval = ${interval}s`
  }
  c.takeBytes(readElsewhere.has(type) ? octets : value, length)
  return titles.nameOf(type) ?? `Unknown: ${type}`
}

const readElsewhere: ReadonlySet<number> = new Set([1, 2, 19, 20, 21, 24, 65001])

/** Octets of the options. */
export function sizeOfPimOptions(options: readonly PimOption[]): number {
  return options.reduce((size, option) => size + header.size + option.value.length, 0)
}

export function writePimOptions(w: Writer, options: readonly PimOption[]): void {
  for (const { type, value: content } of options) {
    w.put(header, { type, length: content.length })
    w.putBytes(content)
  }
}
