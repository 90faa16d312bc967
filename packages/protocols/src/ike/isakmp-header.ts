/** The 28 octets of an IKE header: versions 1 and 2 name the same flags octet differently (RFC 2408 §3.1, RFC 7296 §3.1). */
import { bits, type Layout, layout, opaque, type PartFormat, shows, u8, u32, word } from '@dmvpn/wire'
import { exchangeNames, payloadNames } from './names.ts'

export interface IkeHeader {
  readonly initiatorSpi: Uint8Array
  readonly responderSpi: Uint8Array
  readonly nextPayload: number
  readonly version: { readonly major: number; readonly minor: number }
  readonly exchangeType: number
  readonly flags: number
  readonly messageId: number
  readonly length: number
}

function header(flags: PartFormat): Layout<IkeHeader> {
  return layout<IkeHeader>('isakmp', 'Internet Security Association and Key Management Protocol', {
    initiatorSpi: opaque(8, 'isakmp.ispi', 'Initiator SPI'),
    responderSpi: opaque(8, 'isakmp.rspi', 'Responder SPI'),
    nextPayload: u8('isakmp.nextpayload', 'Next payload', { names: payloadNames }),
    version: word(
      'isakmp.version',
      'Version',
      {
        major: bits(4, 'isakmp.mjver', 'MjVer', { base: 'hex' }),
        minor: bits(4, 'isakmp.mnver', 'MnVer', { base: 'hex' }),
      },
      { text: (version: number) => `${version >>> 4}.${version & 15}` },
    ),
    exchangeType: u8('isakmp.exchangetype', 'Exchange type', { names: exchangeNames }),
    flags: u8('isakmp.flags', 'Flags', { base: 'hex', ...flags }),
    messageId: u32('isakmp.messageid', 'Message ID', { base: 'hex' }),
    length: u32('isakmp.length', 'Length'),
  })
}

const initiator = ['Initiator', 'Responder'] as const
const higher = ['A higher version enabled', 'No higher version'] as const
const response = ['Response', 'Request'] as const

/** Of no known version. */
export const ikeHeader: Layout<IkeHeader> = header({})

export const ikeHeaders: ReadonlyMap<number, Layout<IkeHeader>> = new Map([
  [
    1,
    header({
      shows: [
        shows(7, 1, 'isakmp.flag_e', 'Encryption', 'boolean', { truth: ['Encrypted', 'Not encrypted'] }),
        shows(6, 1, 'isakmp.flag_c', 'Commit', 'boolean', { truth: ['Commit', 'No commit'] }),
        shows(5, 1, 'isakmp.flag_a', 'Authentication', 'boolean', { truth: ['Authentication', 'No authentication'] }),
      ],
    }),
  ],
  [
    2,
    header({
      text: flagsText,
      shows: [
        shows(4, 1, 'isakmp.flag_i', 'Initiator', 'boolean', { truth: initiator }),
        shows(3, 1, 'isakmp.flag_v', 'Version', 'boolean', { truth: higher }),
        shows(2, 1, 'isakmp.flag_r', 'Response', 'boolean', { truth: response }),
      ],
    }),
  ],
])

function flagsText(flags: number): string {
  const words = [
    initiator[(flags & 0x08) === 0 ? 1 : 0],
    higher[(flags & 0x10) === 0 ? 1 : 0],
    response[(flags & 0x20) === 0 ? 1 : 0],
  ]
  return `0x${flags.toString(16).padStart(2, '0')} (${words.join(', ')})`
}
