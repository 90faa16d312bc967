/** Whole captures, written and read again, are the same captures. */
import { anyCapture, type CapturedFrame } from '@dmvpn/arbitraries'
import { bytesOf, type CaptureRecord, readCapture, recordOf, writePcap, writePcapng } from '@dmvpn/capture'
import fc from 'fast-check'
import { expect, test } from 'vitest'

function recordsOf(capture: readonly CapturedFrame[]): CaptureRecord[] {
  return capture.map(({ at, bytes, linkType, originalLength }) =>
    recordOf(bytes, { seconds: at.seconds, nanoseconds: at.nanoseconds, linkType, originalLength }),
  )
}

function framesIn(file: Uint8Array): CapturedFrame[] {
  return [...readCapture(file)].map(record => ({
    at: { seconds: record.seconds, nanoseconds: record.nanoseconds },
    bytes: bytesOf(record).slice(),
    linkType: record.linkType,
    originalLength: record.originalLength,
  }))
}

const order = fc.constantFrom('little' as const, 'big' as const)

test('pcap, to the nanosecond', () => {
  fc.assert(
    fc.property(anyCapture({ oneLinkType: true }), order, (capture, byteOrder) => {
      expect(framesIn(writePcap(recordsOf(capture), { nanoseconds: true, order: byteOrder }))).toEqual(capture)
    }),
    { numRuns: 150 },
  )
})

test('pcap, to the microsecond', () => {
  fc.assert(
    fc.property(anyCapture({ oneLinkType: true, resolution: 1000 }), order, (capture, byteOrder) => {
      expect(framesIn(writePcap(recordsOf(capture), { order: byteOrder }))).toEqual(capture)
    }),
    { numRuns: 100 },
  )
})

test('pcapng, of several link types', () => {
  fc.assert(
    fc.property(anyCapture({ resolution: 1000 }), order, (capture, byteOrder) => {
      expect(framesIn(writePcapng(recordsOf(capture), { order: byteOrder }))).toEqual(capture)
    }),
    { numRuns: 150 },
  )
})
