/** Capture files that break one rule each: libpcap's classic format and pcapng. */
import { encodeLayers, ipv4, layer } from '@dmvpn/protocols'
import { parseIpv4 } from '@dmvpn/wire'
import type { Labelled, Reaction } from './labelled.ts'

const rawIp = 101
const packet = encodeLayers([
  layer(
    ipv4,
    { source: parseIpv4('198.51.100.2')!, destination: parseIpv4('192.0.2.1')! },
    { trailer: new Uint8Array(8) },
  ),
])
const fileHeader = 24
const recordHeader = 16
const record = recordHeader + packet.length

/** Two records of a classic capture in microseconds, with words set in it. */
function classic(words: Readonly<Record<number, number>> = {}, length: number = fileHeader + 2 * record): Uint8Array {
  const file = new Uint8Array(fileHeader + 2 * record)
  const view = new DataView(file.buffer)
  view.setUint32(0, 0xa1b2c3d4, true)
  view.setUint32(4, 0x00040002, true)
  view.setUint32(16, 65_535, true)
  view.setUint32(20, rawIp, true)
  for (const at of [fileHeader, fileHeader + record]) {
    view.setUint32(at, 1_800_000_000, true)
    view.setUint32(at + 8, packet.length, true)
    view.setUint32(at + 12, packet.length, true)
    file.set(packet, at + recordHeader)
  }
  for (const [at, word] of Object.entries(words)) view.setUint32(Number(at), word, true)
  return file.slice(0, length)
}

const section = [0x0a0d0d0a, 28, 0x1a2b3c4d, 0x00000001, 0xffffffff, 0xffffffff, 28]
const interface0 = [1, 20, rawIp, 0, 20]
const packetWords = [...new Uint32Array(packet.buffer, packet.byteOffset, packet.length / 4)]
const enhancedLength = 32 + packet.length
const enhanced = [6, enhancedLength, 0, 0, 0, packet.length, packet.length, ...packetWords, enhancedLength]
const sectionAt = 0
const interfaceAt = 4 * section.length
const packetAt = interfaceAt + 4 * interface0.length

/** Blocks of 32-bit words, little-endian, with words set in them. */
function blocks(list: readonly (readonly number[])[], words: Readonly<Record<number, number>> = {}): Uint8Array {
  const all = list.flat()
  const file = new Uint8Array(4 * all.length)
  const view = new DataView(file.buffer)
  all.forEach((word, index) => view.setUint32(4 * index, word, true))
  for (const [at, word] of Object.entries(words)) view.setUint32(Number(at), word, true)
  return file
}

function label(
  name: string,
  rule: string,
  offset: number,
  reaction: Reaction,
  file: Uint8Array,
  ending: Labelled['ending'] = 'pcap',
): Labelled {
  return { name, rule, offset, field: '', reaction, file, ending }
}

/** Every damaged capture file of the corpus. */
export function labelledFiles(): readonly Labelled[] {
  const pcap = 'draft-ietf-opsawg-pcap'
  const pcapng = 'draft-ietf-opsawg-pcapng'
  const usual = [section, interface0, enhanced]
  const second = fileHeader + record
  return [
    label(
      'pcap-magic',
      `The magic number is one of the known, ${pcap} §4`,
      0,
      'refuse the file',
      classic({ 0: 0xa1b2c3d5 }),
    ),
    label(
      'pcap-cut-in-file-header',
      `The file header has 24 octets, ${pcap} §4`,
      20,
      'refuse the file',
      classic({}, 20),
    ),
    label('pcap-version', `The version is 2.4, ${pcap} §4`, 4, 'refuse the file', classic({ 4: 0x00040009 })),
    label(
      'pcap-cut-in-record-header',
      `A record header has 16 octets, ${pcap} §5`,
      second + 9,
      'read up to it',
      classic({}, second + 9),
    ),
    label(
      'pcap-cut-in-record',
      `A record is as long as it says, ${pcap} §5`,
      second + 30,
      'read up to it',
      classic({}, second + 30),
    ),
    label(
      'pcap-record-huge',
      `A record is not longer than the snap length, ${pcap} §5`,
      second + 8,
      'read up to it',
      classic({ [second + 8]: 0xffffffff }),
    ),
    label(
      'pcap-fraction',
      `There are less than 1,000,000 microseconds in a second, ${pcap} §5`,
      second + 4,
      'accept and report',
      classic({ [second + 4]: 1_500_000 }),
    ),
    label(
      'pcap-lengths',
      `The original length is not less than the captured, ${pcap} §5`,
      second + 12,
      'accept and report',
      classic({ [second + 12]: 4 }),
    ),
    label(
      'pcapng-byte-order',
      `The byte-order magic is 1A2B3C4D in one of two orders, ${pcapng} §4.1`,
      sectionAt + 8,
      'refuse the file',
      blocks(usual, { 8: 0x11223344 }),
      'pcapng',
    ),
    label(
      'pcapng-version',
      `The major version is 1, ${pcapng} §4.1`,
      sectionAt + 12,
      'refuse the file',
      blocks(usual, { 12: 0x00000007 }),
      'pcapng',
    ),
    label(
      'pcapng-block-length-odd',
      `A block's length is a multiple of 4, ${pcapng} §3.1`,
      packetAt + 4,
      'read up to it',
      blocks(usual, { [packetAt + 4]: enhancedLength + 1 }),
      'pcapng',
    ),
    label(
      'pcapng-block-length-short',
      `A block has 12 octets at least, ${pcapng} §3.1`,
      packetAt + 4,
      'read up to it',
      blocks(usual, { [packetAt + 4]: 8 }),
      'pcapng',
    ),
    label(
      'pcapng-block-lengths-differ',
      `A block's two lengths are the same, ${pcapng} §3.1`,
      packetAt + enhancedLength - 4,
      'read up to it',
      blocks(usual, { [packetAt + enhancedLength - 4]: enhancedLength + 4 }),
      'pcapng',
    ),
    label(
      'pcapng-cut',
      `A block is as long as it says, ${pcapng} §3.1`,
      packetAt + 40,
      'read up to it',
      blocks(usual).slice(0, packetAt + 40),
      'pcapng',
    ),
    label(
      'pcapng-no-interface',
      `A packet's interface is described before it, ${pcapng} §4.3`,
      interfaceAt + 8,
      'read up to it',
      blocks([section, enhanced]),
      'pcapng',
    ),
    label(
      'pcapng-captured-length',
      `A packet lies in its block, ${pcapng} §4.3`,
      packetAt + 20,
      'read up to it',
      blocks(usual, { [packetAt + 20]: 0x1000 }),
      'pcapng',
    ),
  ]
}
