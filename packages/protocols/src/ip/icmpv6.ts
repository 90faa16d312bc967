/**
 * Internet Control Message Protocol for IPv6, RFC 4443 §2.1.
 *
 *   0                   1                   2                   3
 *   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *  |     Type      |     Code      |          Checksum             |
 *  |          Identifier           |        Sequence Number        |  echo
 *  |           unused, length (RFC 4884 §4), MTU or pointer        |  errors
 *  |          data, or the packet the error is about …
 */
import { expert, type Field, formatIpv6, type Layout, layout, readIpv6, type Sink, u8, u16, u32 } from '@dmvpn/wire'
import { statusField } from '../checksum-status.ts'
import { type Protocol, protocol } from '../protocol.ts'
import { showChecksum } from './checksum.ts'
import { echoFieldList, icmpv6Echo } from './echo-fields.ts'
import { icmpv6CodeNames, icmpv6TypeNames } from './icmpv6-names.ts'
import { echo, icmpv6ShowFields, showError, showOther } from './icmpv6-show.ts'
import { ipv6 } from './ipv6.ts'
import { linkAddressIn } from './neighbor-options.ts'
import { takeMessage } from './promised.ts'

/** Types 128 and 129. What an echo carries is a layer of its own. */
export interface Icmpv6Echo {
  readonly kind: 'echo'
  readonly type: number
  readonly code: number
  readonly identifier: number
  readonly sequence: number
}

/** A complaint about a packet: types 1 to 4. */
export interface Icmpv6Error {
  readonly kind: 'error'
  readonly type: number
  readonly code: number
  /** The second word: the MTU (type 2), the pointer (type 4), the length of the quote in the first octet (RFC 4884 §4). */
  readonly word: number
  /** As much of the packet as the sender quoted; extensions (RFC 4884 §7) behind it, if any. */
  readonly quoted: Uint8Array
}

/** Any other message: neighbour discovery, multicast listeners. */
export interface Icmpv6Other {
  readonly kind: 'other'
  readonly type: number
  readonly code: number
  /** Everything behind the checksum. */
  readonly body: Uint8Array
}

export type Icmpv6 = Icmpv6Echo | Icmpv6Error | Icmpv6Other

interface Head {
  readonly type: number
  readonly code: number
  readonly checksum: number
}

/** The first word; what a code means depends on the type. */
function head(codeText?: (code: number) => string): Layout<Head> {
  return layout<Head>('icmpv6', 'Internet Control Message Protocol v6', {
    type: u8('icmpv6.type', 'Type', { names: icmpv6TypeNames }),
    code: u8('icmpv6.code', 'Code', codeText === undefined ? {} : { text: codeText }),
    checksum: u16('icmpv6.checksum', 'Checksum', { base: 'hex' }),
  })
}

const plainHead = head()
const headsByType = new Map(
  [...icmpv6CodeNames].map(([type, names]) => [type, head(code => `${code} (${names.nameOf(code) ?? 'Unknown'})`)]),
)
const errorWord: Layout<{ readonly word: number }> = layout('icmpv6', 'Error', {
  word: u32('icmpv6.reserved', 'Second word'),
})

const status: Field = statusField('icmpv6.checksum')
const bad: Field = expert('icmpv6.checksum_bad.expert', 'Bad checksum', 'warning')

const protocolNumber = 58

export const icmpv6: Protocol<Icmpv6> = protocol<Icmpv6>({
  name: 'icmpv6',
  label: 'Internet Control Message Protocol v6',
  short: 'ICMPv6',
  encloses: true,
  over: [{ table: 'ip.proto', key: protocolNumber }],
  fields: [plainHead, status, bad, ...icmpv6ShowFields, ...echoFieldList(icmpv6Echo)],
  defaults: { kind: 'echo', type: 128, code: 0, identifier: 0, sequence: 0 },
  claims: () => ({ checksum: plainHead.lens.checksum }),
  info(s, packet, frame, at) {
    const { type } = packet
    kindInfo(s, type, packet.code)
    if (packet.kind === 'echo') {
      s.text(' id=0x').hex(packet.identifier, 4).text(', seq=').dec(packet.sequence)
      const around = frame.layers.slice(0, at).findLast(layer => layer.protocol === ipv6)
      if (around === undefined) return
      s.text(', hop limit=').dec((around.packet as { readonly hopLimit: number }).hopLimit)
    } else if (packet.kind === 'other') neighborInfo(s, type, packet.body)
  },

  infoWhenStopped(s, view, at, end) {
    if (end - at >= plainHead.size) kindInfo(s, view.getUint8(at), view.getUint8(at + 1))
  },

  walk(c) {
    const start = c.at
    const shown = c.witness === undefined || c.left === 0 ? undefined : headsByType.get(c.view.getUint8(start))
    const { type, code } = c.take(shown ?? plainHead)
    // Without an IPv6 header there is no pseudo-header: the checksum is taken as it stands.
    const initial = c.witness === undefined ? 0 : (c.pseudoHeader(protocolNumber, c.end - start) ?? 0)
    showChecksum(c, { status, bad }, start, start + 2, initial)
    const kind = kindOf(type)
    if (kind === 'echo') {
      const { identifier, sequence } = c.take(echo)
      c.session?.amid?.(c, icmpv6, start)
      c.carries('icmpv6', type)
      return { kind, type, code, identifier, sequence }
    }
    if (kind === 'error') {
      c.need('icmpv6.reserved', errorWord.size)
      const { word } = errorWord.read(c.view, c.at)
      const message = takeMessage(c, 'icmpv6.quoted', end => showError(c, type, end))
      return { kind, type, code, word, quoted: message.subarray(errorWord.size) }
    }
    return { kind, type, code, body: takeMessage(c, 'icmpv6.data', end => showOther(c, type, end)) }
  },

  size(packet) {
    if (packet.kind === 'echo') return plainHead.size + echo.size
    return plainHead.size + (packet.kind === 'error' ? errorWord.size + packet.quoted.length : packet.body.length)
  },

  /** Throws RangeError where type and kind do not belong together. */
  write(w, packet, around) {
    const { type, code } = packet
    if (packet.kind !== kindOf(type)) throw new RangeError(`icmpv6.type: ${type} is no ${packet.kind}`)
    w.put(plainHead, { type, code, checksum: 0 })
    switch (packet.kind) {
      case 'echo':
        w.put(echo, packet)
        break
      case 'error':
        w.put(errorWord, packet)
        w.putBytes(packet.quoted)
        break
      case 'other':
        w.putBytes(packet.body)
        break
      default:
        packet satisfies never
    }
    const sum = w.checksum(w.start, w.end, around.pseudoHeader(protocolNumber, w.end - w.start))
    plainHead.lens.checksum.write(w.view, w.start, sum)
  },
})

function kindOf(type: number): Icmpv6['kind'] {
  if (type === 128 || type === 129) return 'echo'
  return type >= 1 && type <= 4 ? 'error' : 'other'
}

function kindInfo(s: Sink, type: number, code: number): void {
  s.text(icmpv6TypeNames.nameOf(type) ?? `Unknown (${type})`)
  const codes = icmpv6CodeNames.get(type)
  if (codes !== undefined)
    s.text(' (')
      .text(codes.nameOf(code) ?? `Unknown (${code})`)
      .text(')')
}

function neighborInfo(s: Sink, type: number, octets: Uint8Array): void {
  const target = (): string => formatIpv6(addressAt(octets, 4))
  if (type === 133 || type === 134) from(s, linkAddressIn(octets.subarray(type === 133 ? 4 : 12), 1))
  else if (type === 135 && octets.length >= 20) {
    s.text(' for ').text(target())
    from(s, linkAddressIn(octets.subarray(20), 1))
  } else if (type === 136 && octets.length >= 20) {
    const flags = ['rtr', 'sol', 'ovr'].filter((_, bit) => (octets[0]! & (0x80 >>> bit)) !== 0)
    s.text(' ')
      .text(target())
      .text(` (${flags.length === 0 ? 'none' : flags.join(', ')})`)
    isAt(s, linkAddressIn(octets.subarray(20), 2))
  } else if (type === 137 && octets.length >= 36) isAt(s, linkAddressIn(octets.subarray(36), 2))
}

function from(s: Sink, address: string | undefined): void {
  if (address !== undefined) s.text(' from ').text(address)
}

function isAt(s: Sink, address: string | undefined): void {
  if (address !== undefined) s.text(' is at ').text(address)
}

function addressAt(octets: Uint8Array, at: number): bigint {
  return readIpv6(new DataView(octets.buffer, octets.byteOffset), at)
}
