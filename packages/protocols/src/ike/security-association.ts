/**
 * Security association payloads, RFC 2408 §3.4–3.6 with RFC 2407 §4.2 and RFC 2409 appendix A (version 1), RFC 7296
 * §3.3 (version 2): proposals, their transforms, and the transforms' attributes. Shown to a witness.
 *
 *  | Next Payload  |   RESERVED    |        Payload Length         |
 *  |  Proposal #   |  Protocol ID  |    SPI Size   | # Transforms  |
 *  |                        SPI (variable)                         |
 */
import {
  type Field,
  field,
  type Layout,
  layout,
  type Names,
  names,
  type Outline,
  opaque,
  shows,
  u8,
  u16,
  u32,
} from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { genericPayload, leftOver, payloadRows1, payloadTitle, typeOfPayload } from './generic-payload.ts'
import { protocolNames1, protocolNames2 } from './names.ts'
import {
  attributeFields,
  ike2Attributes,
  ikeAttributes,
  ipsecAttributes,
  showAttributes,
} from './transform-attributes.ts'
import {
  encryptionNames,
  groupNames,
  integrityNames,
  pseudoRandomNames,
  sequenceNumberNames,
  transformTypeNames,
} from './transform-names.ts'

const title = 'Security Association'
const situation: Layout<{ readonly domain: number; readonly situation: Uint8Array }> = layout('isakmp.sa', title, {
  domain: u32('isakmp.sa.doi', 'Domain of interpretation', { names: names({ 0: 'ISAKMP', 1: 'IPSEC', 2: 'GDOI' }) }),
  situation: opaque(4, 'isakmp.sa.situation', 'Situation', {
    shows: [
      shows(31, 1, 'isakmp.sa.situation.identity_only', 'Identity Only', 'boolean'),
      shows(30, 1, 'isakmp.sa.situation.secrecy', 'Secrecy', 'boolean'),
      shows(29, 1, 'isakmp.sa.situation.integrity', 'Integrity', 'boolean'),
    ],
  }),
})

interface Proposal {
  readonly number: number
  readonly protocol: number
  readonly spiSize: number
  readonly transforms: number
}
function proposal(protocols: Names): Layout<Proposal> {
  return layout<Proposal>('isakmp.prop', 'Proposal', {
    number: u8('isakmp.prop.number', 'Proposal number'),
    protocol: u8('isakmp.prop.protoid', 'Protocol ID', { type: 'uint32', names: protocols }),
    spiSize: u8('isakmp.spisize', 'SPI Size'),
    transforms: u8('isakmp.prop.transforms', 'Proposal transforms'),
  })
}
const proposal1 = proposal(protocolNames1)
const proposal2 = proposal(protocolNames2)
const spi: Field = field('isakmp.spi', 'SPI', 'bytes')

const transform1: Layout<{ readonly number: number; readonly id: number; readonly reserved: Uint8Array }> = layout(
  'isakmp.trans',
  'Transform',
  {
    number: u8('isakmp.trans.number', 'Transform number'),
    id: u8('isakmp.trans.id', 'Transform ID'),
    reserved: opaque(2, 'isakmp.reserved', 'Reserved'),
  },
)
const transformType: Layout<{ readonly type: number; readonly reserved: Uint8Array }> = layout(
  'isakmp.tf',
  'Transform',
  {
    type: u8('isakmp.tf.type', 'Transform Type', { names: transformTypeNames }),
    reserved: opaque(1, 'isakmp.reserved', 'Reserved'),
  },
)

type TransformId = Layout<{ readonly id: number }>
function transformId(name: string, label: string, of?: Names): TransformId {
  return layout('isakmp.tf', 'Transform', { id: u16(name, label, of === undefined ? {} : { names: of }) })
}
const otherId = transformId('isakmp.tf.id', 'Transform ID')
const transformIds: Readonly<Record<number, TransformId>> = {
  1: transformId('isakmp.tf.id.encr', 'Transform ID (ENCR)', encryptionNames),
  2: transformId('isakmp.tf.id.prf', 'Transform ID (PRF)', pseudoRandomNames),
  3: transformId('isakmp.tf.id.integ', 'Transform ID (INTEG)', integrityNames),
  4: transformId('isakmp.tf.id.dh', 'Transform ID (D-H)', groupNames),
  5: transformId('isakmp.tf.id.esn', 'Transform ID (ESN)', sequenceNumberNames),
}

export const associationFields: readonly (Outline | Field)[] = [
  situation,
  proposal1,
  proposal2,
  spi,
  transform1,
  transformType,
  otherId,
  ...Object.values(transformIds),
  ...attributeFields,
]

const proposalType = 2
const transformPayload = 3

/** The body of a security association: version 1 says in front of its proposals what they are about. */
export function showAssociation(c: PacketCursor, version: number, end: number): void {
  if (version === 1) {
    if (end - c.at < situation.size) return
    c.take(situation)
  }
  showList(c, proposalType, end, (bodyEnd, type) => showProposal(c, version, bodyEnd, type))
}

/** A chain of payloads of one type within a payload; `show` gives the title, and a bad length ends the list. */
function showList(c: PacketCursor, type: number, end: number, show: (bodyEnd: number, type: number) => string): void {
  while (end - c.at >= payloadRows1.size) {
    const { length } = genericPayload.read(c.view, c.at)
    if (length < payloadRows1.size) return
    const payloadEnd = Math.min(c.at + length, end)
    c.openField(typeOfPayload, type)
    c.take(payloadRows1)
    const text = show(payloadEnd, type)
    if (payloadEnd > c.at) c.takeBytes(leftOver, payloadEnd - c.at)
    c.at = payloadEnd
    c.close(text)
  }
}

function showProposal(c: PacketCursor, version: number, end: number, type: number): string {
  if (end - c.at < proposal1.size) return payloadTitle(type)
  const { number, protocol, spiSize } = c.take(version === 1 ? proposal1 : proposal2)
  c.takeBytes(spi, Math.min(spiSize, end - c.at))
  showList(c, transformPayload, end, bodyEnd =>
    version === 1 ? showTransform1(c, protocol, bodyEnd) : showTransform2(c, bodyEnd),
  )
  return `${payloadTitle(type)} # ${number}`
}

function showTransform1(c: PacketCursor, protocol: number, end: number): string {
  if (end - c.at < transform1.size) return payloadTitle(transformPayload)
  const { number } = c.take(transform1)
  showAttributes(c, protocol === 1 ? ikeAttributes : ipsecAttributes, end)
  return `${payloadTitle(transformPayload)} # ${number}`
}

function showTransform2(c: PacketCursor, end: number): string {
  if (end - c.at >= transformType.size + otherId.size) {
    const { type } = c.take(transformType)
    c.take(transformIds[type] ?? otherId)
    showAttributes(c, ike2Attributes, end)
  }
  return payloadTitle(transformPayload)
}
