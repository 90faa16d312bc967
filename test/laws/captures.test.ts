/** Whole captures, written and read again, are the same captures. */
import { anyCapture, type CapturedFrame } from '@dmvpn/arbitraries'
import { bytesOf, type CaptureRecord, readCapture, recordOf, writePcap, writePcapng } from '@dmvpn/capture'
import fc from 'fast-check'
import { test } from 'vitest'
import { expectEqual } from './expect-equal.ts'

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
      expectEqual(framesIn(writePcap(recordsOf(capture), { nanoseconds: true, order: byteOrder })), capture)
    }),
    { numRuns: 60 },
  )
})

test('pcap, to the microsecond', () => {
  fc.assert(
    fc.property(anyCapture({ oneLinkType: true, resolution: 1000 }), order, (capture, byteOrder) => {
      expectEqual(framesIn(writePcap(recordsOf(capture), { order: byteOrder })), capture)
    }),
    { numRuns: 40 },
  )
})

test('pcapng, of several link types', () => {
  fc.assert(
    fc.property(anyCapture({ resolution: 1000 }), order, (capture, byteOrder) => {
      expectEqual(framesIn(writePcapng(recordsOf(capture), { order: byteOrder })), capture)
    }),
    { numRuns: 60 },
  )
})
