/**
 * A service tag of a provider bridge, IEEE 802.1ad (now IEEE 802.1Q §9.6), Ethertype 88a8. Where a second tag of the
 * same type follows at once, the first is the service provider's and the second the customer's; both are one layer,
 * as in Wireshark.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |Prio |D|    VLAN identifier    |             Type              |
 */
import { bits, type Field, type Layout, layout, u16 } from '@dmvpn/wire'
import { type Protocol, protocol } from '../protocol.ts'
import { etherTypeNames } from './ether-types.ts'
import { showTrailer, trailerField } from './trailer.ts'

export interface ProviderTag {
  /** 0…7. */
  readonly priority: number
  /** 0 or 1. */
  readonly dropEligible: number
  /** 0…4095. */
  readonly identifier: number
}

export interface ProviderVlan extends ProviderTag {
  /** The customer's tag, where it is of type 88a8 as well. */
  readonly customer: ProviderTag | undefined
  readonly type: number
}

const providerType = 0x88a8

function tagLayout(identifier: string): Layout<ProviderTag> {
  return layout<ProviderTag>('ieee8021ad', 'IEEE 802.1ad', {
    priority: bits(3, 'ieee8021ad.priority', 'Priority', { type: 'uint16' }),
    dropEligible: bits(1, 'ieee8021ad.dei', 'DEI', { type: 'uint16' }),
    identifier: bits(12, identifier, 'ID'),
  })
}

const tag = tagLayout('ieee8021ad.id')
const serviceTag = tagLayout('ieee8021ad.svid')
const customerTag = tagLayout('ieee8021ad.cvid')
const between: Layout<{ readonly type: number }> = layout('ieee8021ad', 'IEEE 802.1ad type', {
  type: u16('ieee8021ad.tpid', 'Tag Protocol Identifier', { base: 'hex', names: etherTypeNames }),
})
const typeWord: Layout<{ readonly type: number }> = layout('ieee8021ad', 'IEEE 802.1ad type', {
  type: u16('ieee8021ah.etype', 'Type', { base: 'hex', names: etherTypeNames }),
})

const trailer: Field = trailerField('ieee8021ah.trailer', 'Trailer')

export const providerVlan: Protocol<ProviderVlan> = protocol<ProviderVlan>({
  name: 'ieee8021ad',
  label: 'IEEE 802.1ad',
  short: '802.1ad',
  over: [{ table: 'ethertype', key: providerType }],
  fields: [tag, serviceTag, between, customerTag, typeWord, trailer],
  defaults: { priority: 0, dropEligible: 0, identifier: 1, customer: undefined, type: 0x0800 },
  selects: { table: 'ethertype', fact: 'type' },
  title: (s, { identifier, customer }) => {
    s.text(customer === undefined ? 'IEEE 802.1ad, ID: ' : 'IEEE 802.1ad, S-VID: ').dec(identifier)
    if (customer !== undefined) s.text(', C-VID: ').dec(customer.identifier)
  },
  column: ({ type }) => `0x${type.toString(16).padStart(4, '0')}`,
  info: (s, { priority, dropEligible, identifier }) => {
    s.text('PRI: ').dec(priority).text('  DROP: ').dec(dropEligible).text(' ID: ').dec(identifier)
  },

  walk(c) {
    const next = c.left >= tag.size + 2 ? c.view.getUint16(c.at + tag.size) : 0
    const double = next === providerType
    const { priority, dropEligible, identifier } = c.takeAs(tag, double ? serviceTag : tag)
    if (double) c.take(between)
    const customer = double ? c.take(customerTag) : undefined
    const { type } = c.take(typeWord)
    c.carries('ethertype', type)
    return { priority, dropEligible, identifier, customer, type }
  },

  size: packet => (packet.customer === undefined ? 4 : 8),

  /** Throws RangeError where a lone tag says that another follows: it would be read as two. */
  write(w, packet) {
    const { customer, type } = packet
    if (customer === undefined && type === providerType)
      throw new RangeError('ieee8021ad: the second tag is the fact `customer`')
    w.put(tag, packet)
    if (customer !== undefined) {
      w.put(between, { type: providerType })
      w.put(tag, customer)
    }
    w.put(typeWord, { type })
  },

  trail: c => showTrailer(c, trailer, 0),
})
