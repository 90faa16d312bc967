/**
 * Logical link control, IEEE 802.2 §3.2, with the Subnetwork Access Protocol (SNAP) behind it, RFC 1042 and
 * IEEE 802 §9.
 *
 *  |     DSAP      |     SSAP      |  Control, 1 or 2 octets       |
 *  |           Organization Code (SNAP)            |  Protocol ID  |
 *  | (SNAP)        |
 */
import { type Layout, layout, names, shows, u8, u16, u24 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { etherTypeNames } from './ether-types.ts'
import {
  carriesPackets,
  controlLayoutOf,
  controlLayouts,
  controlText,
  isUnnumbered,
  modifierFields,
  showModifier,
} from './llc-control.ts'
import { sapNames } from './llc-sap.ts'

export interface Llc {
  readonly destinationSap: number
  readonly sourceSap: number
  /** One octet where its two low bits are set, otherwise two octets, the first least significant (IEEE 802.2 §5.3). */
  readonly control: number
  /** The organization code of SNAP, where both access points are 0xAA; undefined elsewhere. */
  readonly organization: number | undefined
  /** The organization's protocol identifier: an Ethertype where the organization code is 0. */
  readonly protocolId: number | undefined
}

interface AccessPoints {
  readonly destination: number
  readonly source: number
}

const accessPoints: Layout<AccessPoints> = layout<AccessPoints>('llc', 'Logical-Link Control', {
  destination: u8('llc.dsap', 'DSAP', {
    base: 'hex',
    names: sapNames,
    shows: [
      shows(0, 7, 'llc.dsap.sap', 'SAP', 'uint8', { text: textOfSap }),
      shows(7, 1, 'llc.dsap.ig', 'IG Bit', 'boolean', { truth: ['Group', 'Individual'] }),
    ],
  }),
  source: u8('llc.ssap', 'SSAP', {
    base: 'hex',
    names: sapNames,
    shows: [
      shows(0, 7, 'llc.ssap.sap', 'SAP', 'uint8', { text: textOfSap }),
      shows(7, 1, 'llc.ssap.cr', 'CR Bit', 'boolean', { truth: ['Response', 'Command'] }),
    ],
  }),
})

function textOfSap(sap: number): string {
  return sapNames.nameOf(2 * sap) ?? 'Unknown'
}

interface Snap {
  readonly organization: number
  readonly protocolId: number
}

function snapLayout(name: string, label: string, values = names({})): Layout<Snap> {
  return layout<Snap>('llc', 'SNAP', {
    organization: u24('llc.oui', 'Organization Code', { text: textOfOrganization }),
    protocolId: u16(name, label, { base: 'hex', names: values }),
  })
}

function textOfOrganization(code: number): string {
  const text = [code >>> 16, (code >>> 8) & 255, code & 255].map(octet => octet.toString(16).padStart(2, '0')).join(':')
  const name = organizations.get(code)?.name
  return name === undefined ? text : `${text} (${name})`
}

const iana = 0x00005e
const cisco = 0x00000c

const ianaPids = names({
  1: 'MARS Data Messages (short form)',
  2: 'Reserved for future NHRP use',
  3: 'MARS/NHRP Control Messages',
  4: 'MARS Data Messages (long form)',
  5: 'SCSP',
  6: 'VRID',
  7: 'L2TP',
  8: 'VPN ID',
  9: 'MSDP-GRE-Protocol Type',
})
const ciscoPids = names({
  0x0102: 'DRIP',
  0x0104: 'PAgP',
  0x0108: 'RLQ BPDUs (request)',
  0x0109: 'RLQ BPDUs (response)',
  0x010b: 'PVSTP+',
  0x010c: 'VLAN Bridge',
  0x0111: 'UDLD',
  0x0139: 'MCP',
  0x2000: 'CDP',
  0x2001: 'CGMP',
  0x2003: 'VTP',
  0x2004: 'DTP',
  0x200a: 'STP Uplink Fast',
})

interface Organization {
  readonly name: string
  readonly snap: Layout<Snap>
  /** The table its protocol identifiers are keys of. */
  readonly table: string
}

const typed: Layout<Snap> = snapLayout('llc.type', 'Type', etherTypeNames)
const anyone: Organization = { name: '', snap: snapLayout('llc.pid', 'Protocol ID'), table: 'llc.pid' }

const organizations: ReadonlyMap<number, Organization> = new Map([
  [0, { name: 'Officially Xerox, but 0:0:0:0:0:0 is more common', snap: typed, table: 'ethertype' }],
  [0x0000f8, { name: 'Digital Equipment Corporation', snap: typed, table: 'ethertype' }],
  [cisco, { name: 'Cisco Systems, Inc', snap: snapLayout('llc.cisco_pid', 'PID', ciscoPids), table: 'llc.cisco_pid' }],
  [iana, { name: 'ICANN, IANA Department', snap: snapLayout('llc.iana_pid', 'PID', ianaPids), table: 'llc.iana_pid' }],
  [0x000081, { name: 'Bay Networks', snap: snapLayout('llc.nortel_pid', 'PID'), table: 'llc.nortel_pid' }],
  [0x004096, { name: 'Cisco Systems, Inc', snap: snapLayout('llc.wlccp_pid', 'PID'), table: 'llc.wlccp_pid' }],
  [0x0080c2, { name: 'IEEE', snap: anyone.snap, table: 'llc.pid' }],
  [
    0x00e02b,
    { name: 'Extreme Networks Headquarters', snap: snapLayout('llc.extreme_pid', 'PID'), table: 'llc.extreme_pid' },
  ],
  [
    0x00e052,
    {
      name: 'Brocade Communications Systems LLC',
      snap: snapLayout('llc.foundry_pid', 'PID'),
      table: 'llc.foundry_pid',
    },
  ],
  [0x080007, { name: 'Apple, Inc.', snap: snapLayout('llc.apple_atalk_pid', 'PID'), table: 'llc.apple_atalk_pid' }],
])

const snapSap = 0xaa
const ipSap = 0x06

export const llc: Protocol<Llc> = protocol<Llc>({
  name: 'llc',
  label: 'Logical-Link Control',
  short: 'LLC',
  over: [
    { table: 'eth.len', key: 0 },
    { table: 'sll.ltype', key: 4 },
  ],
  fields: [
    accessPoints,
    ...controlLayouts,
    ...modifierFields,
    ...[...organizations.values(), anyone].map(({ snap }) => snap),
  ],
  defaults: { destinationSap: snapSap, sourceSap: snapSap, control: 0x03, organization: 0, protocolId: 0 },
  info: (s, packet) => {
    s.text(controlText(packet.control, (packet.sourceSap & 1) !== 0))
    const { organization, protocolId } = packet
    if (organization !== undefined && protocolId !== undefined) {
      const name = organizations.get(organization)?.name ?? 'Unknown'
      s.text(`; SNAP, OUI 0x${upper(organization, 6)} (${name}), PID 0x${upper(protocolId, 4)}`)
    } else {
      const group = (packet.destinationSap & 1) !== 0 ? 'Group' : 'Individual'
      const response = (packet.sourceSap & 1) !== 0 ? 'Response' : 'Command'
      s.text(
        `; DSAP ${textOfSap(packet.destinationSap >>> 1)} ${group}, SSAP ${textOfSap(packet.sourceSap >>> 1)} ${response}`,
      )
    }
  },

  walk(c) {
    const { destination, source } = c.take(accessPoints)
    c.need('llc.control', 1)
    const form = controlLayoutOf(c.bytes[c.at]!, c.bytes[c.at + 1] ?? 0, (source & 1) !== 0)
    const { control } = c.take(form)
    if (c.witness !== undefined) showModifier(c, control, (source & 1) !== 0)
    if (destination === snapSap && source === snapSap) return walkSnap(c, control)
    if (destination === ipSap && carriesPackets(control)) c.carries('ethertype', 0x0800)
    else c.carries('llc.dsap', destination)
    return { destinationSap: destination, sourceSap: source, control, organization: undefined, protocolId: undefined }
  },

  size: packet => 3 + (isUnnumbered(packet.control) ? 0 : 1) + (packet.organization === undefined ? 0 : typed.size),

  /** Throws RangeError where the access points do not say whether a SNAP header follows. */
  write(w, packet) {
    const { destinationSap, sourceSap, control, organization, protocolId } = packet
    const isSnap = destinationSap === snapSap && sourceSap === snapSap
    if (isSnap !== (organization !== undefined) || isSnap !== (protocolId !== undefined)) {
      throw new RangeError('llc: an organization code and a protocol identifier stand behind two access points 0xaa')
    }
    w.put(accessPoints, { destination: destinationSap, source: sourceSap })
    w.put(controlLayoutOf(control & 255, control >>> 8, false), { control })
    if (organization !== undefined && protocolId !== undefined) w.put(typed, { organization, protocolId })
  },
})

function walkSnap(c: PacketCursor, control: number): Llc {
  const code = c.left >= 3 ? (c.view.getUint16(c.at) << 8) | c.bytes[c.at + 2]! : 0
  const { snap, table } = organizations.get(code) ?? anyone
  const { organization, protocolId } = c.take(snap)
  c.carries(table, protocolId)
  return { destinationSap: snapSap, sourceSap: snapSap, control, organization, protocolId }
}

function upper(value: number, digits: number): string {
  return value.toString(16).toUpperCase().padStart(digits, '0')
}
