/** The NHRP vectors, decoded, say what an independent decoder said of the same bytes (`samples/vectors/expected.json`). */
import { readFileSync } from 'node:fs'
import {
  type Cie,
  decode,
  dmvpn,
  type Extension,
  type Frame,
  latin1,
  messageTypeNames,
  type Nhrp,
  nhrp,
} from '@dmvpn/protocols'
import { type Address, checksumOf, formatHex, formatIp, formatIpv4, isFault, parseHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'

interface Vector {
  readonly id: string
  readonly title: string
  readonly linktype: 'RAW' | 'ETHERNET'
  readonly hex: string
}

interface Expected {
  readonly at: number
  readonly lines: readonly string[]
}

function json<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../samples/vectors/${name}`, import.meta.url), 'utf8')) as T
}

const vectors = json<Vector[]>('vectors.json')
const expected = json<Record<string, Expected>>('expected.json')

function frameOf(vector: Vector): Frame {
  return dmvpn.decode(parseHex(vector.hex)!, vector.linktype === 'RAW' ? 101 : 1)
}

const hex = (value: number, digits: number): string => `0x${value.toString(16).padStart(digits, '0')}`

function addressText(address: Address | undefined, absent = '-'): string {
  if (address === undefined) return absent
  return typeof address === 'object' ? formatHex(address) : formatIp(address)
}

/** E.164 digits are characters; an NSAP is octets. */
function nbmaText(address: Address | undefined, type: number): string {
  return type === 1 && typeof address === 'object' ? latin1(address) : addressText(address)
}

function subaddressText(address: Address | undefined): string {
  return address === undefined ? '' : ` sub ${addressText(address)}`
}

function cieText(cie: Cie): string {
  const nbma = nbmaText(cie.nbma, cie.nbmaType) + subaddressText(cie.subaddress)
  return `[code ${cie.code} prefix ${cie.prefixLength} mtu ${cie.mtu} hold ${cie.holdingTime} pref ${cie.preference} nbma ${nbma} proto ${addressText(cie.protocol)}]`
}

const typeOf: Record<Exclude<Extension['kind'], 'unrecognised'>, number> = {
  end: 0,
  'responder-address': 3,
  'forward-transit': 4,
  'reverse-transit': 5,
  authentication: 7,
  'vendor-private': 8,
  'nat-address': 9,
  'device-capabilities': 9,
  'mobile-authentication': 10,
}

function valueOf(one: Extension): [number, string] {
  switch (one.kind) {
    case 'end':
      return [one.value.length, 'End']
    case 'responder-address':
    case 'forward-transit':
    case 'reverse-transit':
    case 'nat-address': {
      const size = one.entries.reduce((sum, { nbma, protocol }) => sum + 12 + sizeOf(nbma) + sizeOf(protocol), 0)
      return [size, one.entries.length === 0 ? 'empty' : one.entries.map(cieText).join(' ')]
    }
    case 'authentication':
      if (one.form === 'cleartext') return [4 + one.key.length, `cleartext "${latin1(one.key)}"`]
      return [
        4 + sizeOf(one.source) + one.data.length,
        `reserved ${one.unused.toString(16).padStart(4, '0')} spi ${one.spi} src ${addressText(one.source)} data ${formatHex(one.data)}`,
      ]
    case 'vendor-private':
      return [3 + one.data.length, `oui ${one.vendor.toString(16).padStart(6, '0')} data ${formatHex(one.data)}`]
    case 'device-capabilities':
      return [8, `device capabilities src ${hex(one.source, 8)} dst ${hex(one.destination, 8)}`]
    case 'unrecognised':
      return [one.value.length, `value ${formatHex(one.value)}`]
    case 'mobile-authentication':
      return [4 + sizeOf(one.source) + one.data.length, 'mobile']
  }
}

function sizeOf(address: Address | undefined): number {
  if (address === undefined) return 0
  if (typeof address === 'number') return 4
  return typeof address === 'bigint' ? 16 : address.length
}

function extensionText(one: Extension): string {
  const type = one.kind === 'unrecognised' ? one.type : typeOf[one.kind]
  const [length, text] = valueOf(one)
  return `${one.compulsory ? 'C' : '-'}${type}/${length} ${text}`
}

function linesOf(packet: Nhrp, bytes: Uint8Array): string[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const [size, checksum, extoff] = [view.getUint16(10), view.getUint16(12), view.getUint16(14)]
  const verdict = checksumOf(view, 0, size) === 0 ? 'ok' : 'BAD'
  const type = `${packet.type} ${messageTypeNames.nameOf(packet.type)!.replace('NHRP ', '')}`
  const snap =
    packet.protocolType === 0x80
      ? ` snap ${packet.snapOui.toString(16).padStart(6, '0')}${packet.snapPid.toString(16).padStart(4, '0')}`
      : ''
  const lines = [
    `fixed: afn ${packet.addressFamily}, proto ${hex(packet.protocolType, 4)}${snap}, hop ${packet.hopCount}, size ${size}, checksum ${hex(checksum, 4)} ${verdict}, extoff ${extoff}, v${packet.version} type ${type}, shtl ${hex(view.getUint8(18), 2)}, sstl ${hex(view.getUint8(19), 2)}`,
  ]
  const ends = `src nbma ${nbmaText(packet.sourceNbma, packet.sourceNbmaType)}${subaddressText(packet.sourceSubaddress)}, src ${addressText(packet.sourceProtocol)}, dst ${addressText(packet.destinationProtocol)}`
  if (packet.kind === 'error-indication') {
    lines.push(`mandatory: error ${packet.errorCode}, offset ${packet.errorOffset}; ${ends}`)
    lines.push(`quote, ${packet.quote.length} octets:`)
    const quoted = decode(nhrp, packet.quote)
    if (!isFault(quoted)) lines.push(...linesOf(quoted, packet.quote).map(line => `  ${line}`))
  } else if (packet.kind === 'traffic-indication') {
    lines.push(`mandatory: traffic code ${packet.trafficCode}; ${ends}`)
    const { quote } = packet
    const at = (i: number): string => formatIpv4(new DataView(quote.buffer, quote.byteOffset).getUint32(i))
    lines.push(`quote, ${quote.length} octets: IPv4 ${at(12)} > ${at(16)}, proto ${quote[9]}, ttl ${quote[8]}`)
  } else {
    lines.push(`mandatory: flags ${hex(packet.flags, 4)}, reqid ${packet.requestId}; ${ends}`)
    for (const entry of packet.entries) lines.push(`CIE ${cieText(entry)}`)
  }
  if (packet.extensions.length > 0) lines.push(`ext: ${packet.extensions.map(extensionText).join('; ')}`)
  return lines
}

describe.each(vectors.filter(({ id }) => id in expected))('$id $title', vector => {
  const { at, lines } = expected[vector.id]!
  const frame = frameOf(vector)
  const packet = frame.find(nhrp)

  if (vector.id === 'V23' || vector.id === 'V25') {
    test('stops where the octets stop making sense, all outer layers kept', () => {
      expect(packet).toBeUndefined()
      expect(frame.stoppedAt).toBe(at)
      const because =
        vector.id === 'V23'
          ? { fault: 'malformed', reading: 'nhrp.hdr.extoff', at: at + 14 }
          : { fault: 'truncated', reading: 'nhrp.htime', at: at + 46, need: 2, have: 0, limitedBy: 'ip.len' }
      expect(frame.fault).toMatchObject(because)
    })
    return
  }

  test('the facts are the listed ones', () => {
    expect(frame.fault).toBeUndefined()
    const wanted = lines.filter(
      line => !line.includes('of padding after') && !/^ .*(only|cut off|^  mandatory)/.test(line),
    )
    const got = linesOf(packet!, frame.bytes.subarray(at))
    if (vector.id === 'V27') expect(got).toEqual(wanted.filter(line => !line.startsWith('  ')))
    else expect(got).toEqual(wanted)
  })

  test('what stands behind the packet trails the layer around it', () => {
    const index = frame.layers.findIndex(layer => layer.protocol === nhrp)
    const [from, to] = frame.trailing(index - 1)
    expect(to - from).toBe(vector.id === 'V24' ? 7 : 0)
  })
})

test('every NHRP vector is compared', () => {
  expect(vectors.filter(({ id }) => id.startsWith('V')).map(({ id }) => id)).toEqual(Object.keys(expected))
})
