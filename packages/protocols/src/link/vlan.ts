/**
 * A VLAN tag, IEEE 802.1Q §9.6: the two octets of control information and the type behind them. The tag's own
 * Ethertype stands in the layer before.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |Prio |D|    VLAN identifier    |        Type or Length         |
 */
import { bits, expert, type Field, flag, type Layout, layout, names, u16 } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'
import { etherTypeNames } from './ether-types.ts'
import { carryLlc, largestLength, lengthPastEnd } from './length.ts'
import { showTrailer, trailerField } from './trailer.ts'

export interface Vlan {
  /** 0…7, lowest first but for 0, which is above 1 (IEEE 802.1Q §I.4). */
  readonly priority: number
  readonly dropEligible: boolean
  /** 0…4095; 0 is a tag for the priority alone. */
  readonly identifier: number
  /** The Ethertype; undefined where a length stands in its place, which is a claim. */
  readonly type: number | undefined
}

interface Tag {
  readonly priority: number
  readonly dropEligible: boolean
  readonly identifier: number
}

const priorities = names({
  0: 'Best Effort (default)',
  1: 'Background',
  2: 'Excellent Effort',
  3: 'Critical Applications',
  4: 'Video, < 100ms latency and jitter',
  5: 'Voice, < 10ms latency and jitter',
  6: 'Internetwork Control',
  7: 'Network Control',
})

const tag: Layout<Tag> = layout<Tag>('vlan', '802.1Q Virtual LAN', {
  priority: bits(3, 'vlan.priority', 'Priority', { type: 'uint16', names: priorities }),
  dropEligible: flag('vlan.dei', 'DEI', { truth: ['Eligible', 'Ineligible'] }),
  identifier: bits(12, 'vlan.id', 'ID'),
})
const typeWord: Layout<{ readonly type: number }> = layout('vlan', '802.1Q type', {
  type: u16('vlan.etype', 'Type', { base: 'hex', names: etherTypeNames }),
})
const lengthWord: Layout<{ readonly length: number }> = layout('vlan', '802.1Q length', {
  length: u16('vlan.len', 'Length'),
})

const pastEnd: Field = lengthPastEnd('vlan')
const tooMany: Field = expert('vlan.too_many_tags', 'Too many nested VLAN tags', 'warning')
const trailer: Field = trailerField('vlan.trailer', 'Trailer')

/** More tags than this in one frame are noted: nobody sends them. */
const mostTags = 20

const lengthClaim = lengthWord.lens.length.after(tag.size)

export const vlan: Protocol<Vlan> = protocol<Vlan>({
  name: 'vlan',
  label: '802.1Q Virtual LAN',
  short: 'VLAN',
  over: [
    { table: 'ethertype', key: 0x8100 },
    { table: 'ethertype', key: 0x9100 },
  ],
  fields: [tag, typeWord, lengthWord, trailer, pastEnd, tooMany],
  defaults: { priority: 0, dropEligible: false, identifier: 1, type: 0x0800 },
  selects: { table: 'ethertype', fact: 'type' },
  claims: (packet): Record<string, typeof lengthClaim> => (packet.type === undefined ? { length: lengthClaim } : {}),
  title: (s, { priority, dropEligible, identifier }) => {
    s.text('802.1Q Virtual LAN, PRI: ').dec(priority)
    s.text(dropEligible ? ', DEI: 1, ID: ' : ', DEI: 0, ID: ').dec(identifier)
  },
  column: ({ type }) => (type === undefined ? 'VLAN' : `0x${type.toString(16).padStart(4, '0')}`),
  info: (s, { priority, dropEligible, identifier }) => {
    s.text('PRI: ')
      .dec(priority)
      .text('  DEI: ')
      .dec(dropEligible ? 1 : 0)
      .text('  ID: ')
      .dec(identifier)
  },

  walk(c) {
    const at = c.at
    if (c.wants(tooMany) && c.frame.layers.filter(passed => passed.protocol === vlan).length === mostTags) {
      c.note(tooMany, tooMany.label, at, 0)
    }
    const { priority, dropEligible, identifier } = c.take(tag)
    const word = c.peek(typeWord)?.type
    if (word === undefined || word > largestLength) {
      const { type } = c.take(typeWord)
      c.carries('ethertype', type)
      return { priority, dropEligible, identifier, type }
    }
    const { length } = c.take(lengthWord)
    if (length > c.left && c.missing === 0) c.note(pastEnd, pastEnd.label, at + tag.size, 2)
    c.payload(length, 'vlan.len')
    carryLlc(c)
    return { priority, dropEligible, identifier, type: undefined }
  },

  size: () => tag.size + 2,

  write(w, packet) {
    w.put(tag, packet)
    if (packet.type === undefined) w.put(lengthWord, { length: Math.min(w.payload - w.trailer, largestLength) })
    else w.put(typeWord, { type: packet.type })
  },

  trail: c => showTrailer(c, trailer, 0),
})
