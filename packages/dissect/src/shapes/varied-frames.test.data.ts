/** Frames of the samples, and the same with single bits changed. */
import { type FrameRecord, recordOf } from '../frame-record.ts'
import { sampleRecords } from '../sample-frames.test.data.ts'

const samples = [
  '02a-phase3-auth-frr10.hub-link',
  '07b-esp.udp-cbc128-sha256.s1-link',
  '08-gre-variants.vlan100.s1-link',
]

export function* plainFrames(): Generator<FrameRecord> {
  for (const name of samples) yield* sampleRecords(`captures/${name}.pcap`)
}

/** Every frame, and a dozen of others for each that have another bit in their headers. */
export function variedFrames(): readonly FrameRecord[] {
  const different: FrameRecord[] = []
  let seed = 1
  for (const { buffer, start, end, linkType, seconds, nanoseconds } of plainFrames()) {
    const bytes = buffer.slice(start, end)
    different.push(recordOf(bytes, linkType, { seconds, nanoseconds }))
    for (let i = 0; i < 12; i++) {
      seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + i
      const changed = bytes.slice()
      // Headers decide; what they carry does not.
      const at = (seed >>> 8) % Math.min(bytes.length, 110)
      changed[at] = changed[at]! ^ (1 << (seed & 7))
      different.push(recordOf(changed, linkType, { seconds, nanoseconds }))
    }
  }
  return different
}
