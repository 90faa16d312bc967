/** What a file is, told by its first four octets. */

export type CaptureFormat = 'pcap' | 'pcapng'
export type Compression = 'gzip' | 'zstd' | 'lz4'

/** Octets needed before `formatOf` and `compressionOf` can answer. */
export const magicLength = 4

/** The four octets read as a big-endian number. */
export function magicOf(bytes: Uint8Array, at = 0): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

/** The capture format that begins so, or undefined. */
export function formatOf(bytes: Uint8Array): CaptureFormat | undefined {
  if (bytes.length < magicLength) return undefined
  return formats.get(magicOf(bytes))
}

/** The compression that begins so, or undefined. A skippable frame may begin a zstd or an lz4 file; it counts as zstd. */
export function compressionOf(bytes: Uint8Array): Compression | undefined {
  if (bytes.length < magicLength) return undefined
  const magic = magicOf(bytes)
  if (magic >>> 16 === 0x1f8b) return 'gzip'
  if (magic === 0x28b52ffd) return 'zstd'
  if (magic === 0x04224d18) return 'lz4'
  if ((magic & 0xf0ffffff) >>> 0 === 0x502a4d18) return 'zstd'
  return undefined
}

/** What a file is that is not a capture we read, in words; the magic number where no name is known. */
export function strangerOf(bytes: Uint8Array): string {
  const magic = magicOf(bytes)
  const known = strangers.get(magic) ?? strangers.get(magic & 0xffffff00) ?? strangers.get(magic & 0xffff0000)
  const number = `0x${magic.toString(16).padStart(8, '0')}`
  return known === undefined ? `magic number ${number} is not that of a capture` : `is ${known} (${number})`
}

const formats: ReadonlyMap<number, CaptureFormat> = new Map<number, CaptureFormat>([
  [0xa1b2c3d4, 'pcap'],
  [0xd4c3b2a1, 'pcap'],
  [0xa1b23c4d, 'pcap'],
  [0x4d3cb2a1, 'pcap'],
  [0xa1b2cd34, 'pcap'],
  [0x34cdb2a1, 'pcap'],
  [0x0a0d0d0a, 'pcapng'],
])

/** Other files that people hold, by their first octets; what is shorter than four octets ends in zeros. */
const strangers: ReadonlyMap<number, string> = new Map([
  [0x1c0001ac, 'an Ixia hardware capture'],
  [0xac01001c, 'an Ixia hardware capture'],
  [0x1c0001ab, 'an Ixia software capture'],
  [0xab01001c, 'an Ixia software capture'],
  [0x736e6f6f, 'a snoop capture'],
  [0x62747366, 'a btsnoop capture'],
  [0x474d4255, 'a Network Monitor capture'],
  [0x52545353, 'a Network Monitor capture'],
  [0x54525348, 'a Sniffer capture'],
  [0x54525344, 'a Sniffer capture'],
  [0x69707472, 'an AIX iptrace capture'],
  [0x05564e46, 'a Visual Networks capture'],
  [0x02214c18, 'a legacy lz4 frame, which has no end mark: compress it again'],
  [0xfd377a58, 'an xz file'],
  [0x504b0304, 'a zip file'],
  [0x425a6800, 'a bzip2 file'],
  [0x1f8b0000, 'a gzip file: open it with openCapture or expand it first'],
  [0x28b52ffd, 'a zstd file: open it with openCapture or expand it first'],
  [0x04224d18, 'an lz4 file: open it with openCapture or expand it first'],
])
