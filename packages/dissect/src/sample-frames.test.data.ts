/** Frames for the tests of this package, made by the project's own encoder and taken from its samples. */
import { readFileSync } from 'node:fs'
import { encodeLayers, ethernet, gre, ipv4, type LayerToEncode, layer } from '@dmvpn/protocols'
import { ipv4Of } from '@dmvpn/wire'
import type { FrameRecord } from './frame-record.ts'

/** Ethernet, IPv4, GRE with a key, and an IPv4 header inside. */
export const tunnelled: readonly LayerToEncode[] = [
  layer(ethernet, { destination: 0x020000000001, source: 0x020000000003 }),
  layer(ipv4, { source: ipv4Of('150.1.3.3'), destination: ipv4Of('150.1.1.1'), identification: 0xe4c6, ttl: 63 }),
  layer(gre, { key: 123 }),
  layer(ipv4, { source: ipv4Of('10.0.0.3'), destination: ipv4Of('10.0.0.1'), protocol: 253 }),
]

export const tunnelledBytes: Uint8Array = encodeLayers(tunnelled)

/** Records of a classic little-endian pcap file under samples/. */
export function* sampleRecords(path: string): Generator<FrameRecord> {
  const file = readFileSync(new URL(`../../../samples/${path}`, import.meta.url))
  const buffer = new Uint8Array(file.buffer, file.byteOffset, file.byteLength)
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength)
  const linkType = view.getUint32(20, true) & 0xffff
  for (let at = 24; at + 16 <= buffer.length; ) {
    const length = view.getUint32(at + 8, true)
    yield {
      buffer,
      view,
      start: at + 16,
      end: at + 16 + length,
      linkType,
      seconds: view.getUint32(at, true),
      nanoseconds: view.getUint32(at + 4, true) * 1000,
      originalLength: view.getUint32(at + 12, true),
    }
    at += 16 + length
  }
}
