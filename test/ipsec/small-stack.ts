/** ESP, AH and the UDP they ride in, as small as they can be: what this package needs of a stack and no more. */
import { ahVerifiedFields, dmvpn, espOpenedFields, type Protocol, protocol, type Stack, stack } from '@dmvpn/protocols'
import { field, layout, u8, u16, u32 } from '@dmvpn/wire'

interface Esp {
  readonly spi: number
  readonly sequence: number
}

const espHeader = layout<Esp>('esp', 'Encapsulating Security Payload', {
  spi: u32('esp.spi', 'ESP SPI', { base: 'hex-dec' }),
  sequence: u32('esp.sequence', 'ESP Sequence'),
})

const esp: Protocol<Esp> = protocol<Esp>({
  name: 'esp',
  label: 'Encapsulating Security Payload',
  short: 'ESP',
  over: [
    { table: 'ip.proto', key: 50 },
    { table: 'udp.port', key: 4500 },
  ],
  fields: [espHeader, ...espOpenedFields],
  defaults: { spi: 0, sequence: 0 },
  walk(c) {
    const header = c.take(espHeader)
    c.spans()
    return header
  },
  size: () => espHeader.size,
  write: (w, packet) => w.put(espHeader, packet),
})

interface Ah {
  readonly next: number
  readonly words: number
  readonly reserved: number
  readonly spi: number
  readonly sequence: number
}

const ahHeader = layout<Ah>('ah', 'Authentication Header', {
  next: u8('ah.next_header', 'Next header'),
  words: u8('ah.length', 'Length'),
  reserved: u16('ah.reserved', 'Reserved'),
  spi: u32('ah.spi', 'AH SPI'),
  sequence: u32('ah.sequence', 'AH Sequence'),
})
const icv = field('ah.icv', 'AH ICV', 'bytes')

const ah: Protocol<Ah> = protocol<Ah>({
  name: 'ah',
  label: 'Authentication Header',
  short: 'AH',
  over: [{ table: 'ip.proto', key: 51 }],
  fields: [ahHeader, icv, ...ahVerifiedFields],
  defaults: { next: 59, words: 4, reserved: 0, spi: 0, sequence: 0 },
  walk(c) {
    const header = c.take(ahHeader)
    c.takeBytes(icv, Math.max(0, 4 * (header.words + 2) - ahHeader.size))
    c.carries('ip.proto', header.next)
    return header
  },
  size: () => ahHeader.size,
  write: (w, packet) => w.put(ahHeader, packet),
})

const udpHeader = layout<{ source: number; destination: number; length: number; checksum: number }>('udp', 'UDP', {
  source: u16('udp.srcport', 'Source Port'),
  destination: u16('udp.dstport', 'Destination Port'),
  length: u16('udp.length', 'Length'),
  checksum: u16('udp.checksum', 'Checksum'),
})

const udp = protocol<{ source: number; destination: number }>({
  name: 'udp',
  label: 'User Datagram Protocol',
  short: 'UDP',
  over: [{ table: 'ip.proto', key: 17 }],
  fields: [udpHeader],
  defaults: { source: 0, destination: 0 },
  walk(c) {
    const header = c.take(udpHeader)
    c.limit(header.length - 8, 'udp.length')
    const ike = c.left < 8 || c.view.getUint32(c.at) === 0
    if (header.source === 4500 || header.destination === 4500) c.carries(ike ? 'none' : 'udp.port', 4500)
    return header
  },
  size: () => 8,
  write: (w, packet) => w.put(udpHeader, { ...packet, length: w.end - w.start, checksum: 0 }),
})

const own = [esp, ah, udp]

/** The project's stack with these three in it. */
export const small: Stack = stack([
  ...dmvpn.protocols.filter(({ name }) => own.every(each => each.name !== name) && name !== 'udpencap'),
  ...own,
])
