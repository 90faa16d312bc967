/**
 * Cisco MetaData: a security group tag between a header and its payload (Ethertype and GRE protocol 8909).
 *
 *  |    Version    |    Length     |    Options                    |
 *  |    Security Group Tag         |    Type of the payload        |   behind Ethernet
 *
 *  |    Type of the payload        |    Version    |    Length     |
 *  |    Options                    |    Security Group Tag         |   behind GRE, as Wireshark reads it
 */
import { type Field, type Layout, layout, u8, u16 } from '@dmvpn/wire'
import { trailing } from '../data.ts'
import { etherTypeNames } from '../link/ether-types.ts'
import { showTrailer, trailerField } from '../link/trailer.ts'
import { type Protocol, protocol } from '../protocol.ts'

interface Header {
  readonly version: number
  readonly length: number
  /** Option length and type. */
  readonly options: number
  readonly securityGroup: number
  /** The payload's Ethertype. */
  readonly type: number
}

export interface CiscoMetadata extends Header {
  /** Whether the type stands before the rest, as behind GRE. */
  readonly typeFirst: boolean
}

const version = u8('cmd.version', 'Version')
const length = u8('cmd.length', 'Length')
const options = u16('cmd.options', 'Options', { base: 'hex' })
const securityGroup = u16('cmd.sgt', 'SGT')
const type = u16('cmd.type', 'Type', { base: 'hex', names: etherTypeNames })

const header: Layout<Header> = layout<Header>('cmd', 'Cisco MetaData', {
  version,
  length,
  options,
  securityGroup,
  type,
})
const headerInGre: Layout<Header> = layout<Header>('cmd', 'Cisco MetaData', {
  type,
  version,
  length,
  options,
  securityGroup,
})

const trailer: Field = trailerField('cmd.trailer', 'Trailer')

export const ciscoMetadata: Protocol<CiscoMetadata> = protocol<CiscoMetadata>({
  name: 'cmd',
  label: 'Cisco MetaData',
  short: 'CMD',
  over: [
    { table: 'ethertype', key: 0x8909 },
    { table: 'gre.proto', key: 0x8909 },
  ],
  fields: [header, headerInGre, trailer],
  defaults: { version: 1, length: 1, options: 1, securityGroup: 0, type: 0x0800, typeFirst: false },
  selects: { table: 'ethertype', fact: 'type' },
  info: () => {},
  column: packet => `0x${packet.type.toString(16).padStart(4, '0')}`,

  walk(c) {
    const typeFirst = c.frame.layers.at(-1)?.protocol.name === 'gre'
    const {
      version: first,
      length: octets,
      options: bits,
      securityGroup: group,
      type: carried,
    } = c.take(typeFirst ? headerInGre : header)
    c.carries('ethertype', carried)
    return { version: first, length: octets, options: bits, securityGroup: group, type: carried, typeFirst }
  },

  size: () => header.size,
  write: (w, packet) => w.put(packet.typeFirst ? headerInGre : header, packet),

  trail(c, packet) {
    if (packet.typeFirst) c.takeRest(trailing)
    else showTrailer(c, trailer, 0)
  },
})
