/** The fields of IKE payloads, RFC 2408 §3 and RFC 7296 §3. */
import {
  type Field,
  field,
  formatHex,
  generated,
  type Layout,
  layout,
  type Names,
  names,
  type Outline,
  opaque,
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import { ipProtocolNames } from '../ip/numbers.ts'
import {
  authenticationNames,
  identityNames1,
  identityNames2,
  protocolNames1,
  protocolNames2,
  selectorNames,
} from './names.ts'
import { notifyNames1, notifyNames2 } from './notify-names.ts'
import { associationFields } from './security-association.ts'
import { groupNames } from './transform-names.ts'

const title = 'Payload'
const reserved3 = opaque(3, 'isakmp.reserved', 'Reserved')
const domains: Names = names({ 0: 'ISAKMP', 1: 'IPSEC', 2: 'GDOI' })

export const group: Layout<{ readonly group: number; readonly reserved: Uint8Array }> = layout('isakmp', title, {
  group: u16('isakmp.key_exchange.dh_group', 'DH Group #', { names: groupNames }),
  reserved: opaque(2, 'isakmp.reserved', 'Reserved'),
})
export const keyExchange: Field = field('isakmp.key_exchange.data', 'Key Exchange Data', 'bytes')

export const identity1: Layout<{ readonly type: number; readonly protocol: number; readonly port: number }> = layout(
  'isakmp.id',
  title,
  {
    type: u8('isakmp.id.type', 'ID type', { names: identityNames1 }),
    protocol: u8('isakmp.id.protoid', 'Protocol ID', { names: ipProtocolNames }),
    port: u16('isakmp.id.port', 'Port'),
  },
)
export const identity2: Layout<{ readonly type: number; readonly reserved: Uint8Array }> = layout('isakmp.id', title, {
  type: u8('isakmp.id.type', 'ID type', { names: identityNames2 }),
  reserved: reserved3,
})
export const identityData: Field = field('isakmp.id.data', 'Identification Data:', 'none')
export const identityFaces: Readonly<Record<number, Field>> = {
  1: field('isakmp.id.data.ipv4_addr', 'ID_IPV4_ADDR', 'ipv4'),
  2: field('isakmp.id.data.fqdn', 'ID_FQDN', 'string'),
  3: field('isakmp.id.data.user_fqdn', 'ID_FQDN', 'string'),
  5: field('isakmp.id.data.ipv6_addr', 'ID_IPV6_ADDR', 'ipv6'),
}
export const keyId: Field = field('isakmp.id.data.key_id', 'ID_KEY_ID', 'bytes')

export const hash: Field = field('isakmp.hash', 'Hash DATA', 'bytes')
export const signature: Field = field('isakmp.sig', 'Signature DATA', 'bytes')
export const nonce: Field = field('isakmp.nonce', 'Nonce DATA', 'bytes')
export const natHash: Field = field('isakmp.ike.nat_hash', 'HASH of the address and port', 'bytes')
export const vendorId: Field = field('isakmp.vid_bytes', 'Vendor ID', 'bytes')
export const vendorName: Field = field('isakmp.vid_string', 'Vendor ID', 'string')

export const authentication: Layout<{ readonly method: number; readonly reserved: Uint8Array }> = layout(
  'isakmp.auth',
  title,
  {
    method: u8('isakmp.auth.method', 'Authentication Method', { names: authenticationNames }),
    reserved: reserved3,
  },
)
export const authenticationData: Field = field('isakmp.auth.data', 'Authentication Data', 'bytes')

const spiSize = u8('isakmp.spisize', 'SPI Size')
export const spi: Field = field('isakmp.spi', 'SPI', 'bytes')
export const notifyDomain: Layout<{ readonly domain: number }> = layout('isakmp.notify', title, {
  domain: u32('isakmp.notify.doi', 'Domain of interpretation', { names: domains }),
})
export interface Notify {
  readonly protocol: number
  readonly spiSize: number
  readonly type: number
}
function notify(protocols: Names, types: Names): Layout<Notify> {
  return layout<Notify>('isakmp.notify', title, {
    protocol: u8('isakmp.notify.protoid', 'Protocol ID', { type: 'uint32', names: protocols }),
    spiSize,
    type: u16('isakmp.notify.msgtype', 'Notify Message Type', { names: types }),
  })
}
export const notify1: Layout<Notify> = notify(protocolNames1, notifyNames1)
export const notify2: Layout<Notify> = notify(protocolNames2, notifyNames2)
export const notifyData: Field = field('isakmp.notify.data', 'Notification DATA', 'bytes', {
  text: (octets: Uint8Array) => (octets.length === 0 ? '<MISSING>' : formatHex(octets)),
})
export const hashAlgorithm: Field = generated(
  'isakmp.notify.data.signature_hash_algorithms',
  'Supported Signature Hash Algorithm',
  'uint16',
  { names: names({ 0: 'RESERVED', 1: 'SHA1', 2: 'SHA2-256', 3: 'SHA2-384', 4: 'SHA2-512', 5: 'Identity' }) },
)

export const deleteDomain: Layout<{ readonly domain: number }> = layout('isakmp.delete', title, {
  domain: u32('isakmp.delete.doi', 'Domain of interpretation', { names: domains }),
})
export interface Delete {
  readonly protocol: number
  readonly spiSize: number
  readonly count: number
}
function deletion(protocols: Names): Layout<Delete> {
  return layout<Delete>('isakmp.delete', title, {
    protocol: u8('isakmp.delete.protoid', 'Protocol ID', { type: 'uint32', names: protocols }),
    spiSize,
    count: u16('isakmp.spinum', 'Number of SPIs'),
  })
}
export const delete1: Layout<Delete> = deletion(protocolNames1)
export const delete2: Layout<Delete> = deletion(protocolNames2)
export const deletedSpi: Field = field('isakmp.delete.spi', 'Delete SPI', 'bytes')

export const selectorCount: Layout<{ readonly count: number; readonly reserved: Uint8Array }> = layout(
  'isakmp.ts',
  title,
  {
    count: u8('isakmp.ts.number', 'Number of Traffic Selectors'),
    reserved: reserved3,
  },
)
export const selector: Field = field('isakmp.ts.data', 'Traffic Selector', 'none')
interface Selector {
  readonly type: number
  readonly protocol: number
  readonly length: number
  readonly firstPort: number
  readonly lastPort: number
}
export const selectorStart: Layout<Selector> = layout<Selector>('isakmp.ts', title, {
  type: u8('isakmp.ts.type', 'Traffic Selector Type', { names: selectorNames }),
  protocol: u8('isakmp.ts.protoid', 'Protocol ID', { names: ipProtocolNames }),
  length: u16('isakmp.ts.selector_length', 'Selector Length'),
  firstPort: u16('isakmp.ts.start_port', 'Start Port'),
  lastPort: u16('isakmp.ts.end_port', 'End Port'),
})
export const firstAddress: Faces = faces('isakmp.ts.start', 'Starting Addr')
export const lastAddress: Faces = faces('isakmp.ts.end', 'Ending Addr')

export const fragment: Layout<{ readonly number: number; readonly total: number }> = layout('isakmp.frag', title, {
  number: u16('isakmp.frag.number', 'Fragment Number'),
  total: u16('isakmp.frag.total', 'Total Fragments'),
})
export const initializationVector: Field = field('isakmp.enc.iv', 'Initialization Vector', 'bytes')
export const encryptedData: Field = field('isakmp.enc.data', 'Encrypted Data', 'none')
export const data: Field = field('isakmp.datapayload', 'Data Payload', 'bytes')

interface Faces {
  readonly ipv4: Field
  readonly ipv6: Field
}
function faces(name: string, label: string): Faces {
  return { ipv4: field(`${name}_ipv4`, label, 'ipv4'), ipv6: field(`${name}_ipv6`, label, 'ipv6') }
}

export const payloadBodyFields: readonly (Outline | Field)[] = [
  group,
  keyExchange,
  identity1,
  identity2,
  identityData,
  ...Object.values(identityFaces),
  keyId,
  hash,
  signature,
  nonce,
  natHash,
  vendorId,
  vendorName,
  authentication,
  authenticationData,
  spi,
  notifyDomain,
  notify1,
  notify2,
  notifyData,
  hashAlgorithm,
  deleteDomain,
  delete1,
  delete2,
  deletedSpi,
  selectorCount,
  selector,
  selectorStart,
  ...Object.values(firstAddress),
  ...Object.values(lastAddress),
  fragment,
  initializationVector,
  encryptedData,
  data,
  ...associationFields,
]
