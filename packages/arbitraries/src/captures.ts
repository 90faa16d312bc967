/** Whole captures: frames with times, as whoever writes capture files wants them. */
import fc from 'fast-check'
import { anyFrame, type FrameOctets, frameAlong, octetsOfFrame } from './frames.ts'
import { anyPath } from './paths.ts'
import { bitsOf, facts, mostly } from './values.ts'

/** When a frame was seen. */
export interface RecordTime {
  /** Since 1970, 0 to 2³² − 1: what the fields of a pcap file hold. */
  readonly seconds: number
  readonly nanoseconds: number
}

/** A frame of a capture. */
export interface CapturedFrame extends FrameOctets {
  readonly at: RecordTime
  /** Octets on the wire: more than there are where the capture kept the head only. */
  readonly originalLength: number
}

export interface CaptureOptions {
  /** Whether all frames have one link type, as a pcap file asks for. Default: several. */
  readonly oneLinkType?: boolean
  /** Most frames; default 20. */
  readonly longest?: number
  /** Nanoseconds every time is a multiple of: 1000 for files that count microseconds. Default: 1. */
  readonly resolution?: number
}

/** Captures: times mostly ascend, now and then stand still, step back or come from a clock that was never set. */
export function anyCapture(options: CaptureOptions = {}): fc.Arbitrary<readonly CapturedFrame[]> {
  const { oneLinkType = false, longest = 20, resolution = 1 } = options
  const frames = (linkType: number | undefined): fc.Arbitrary<readonly CapturedFrame[]> =>
    fc.array(anyCapturedFrame(linkType, resolution), { maxLength: longest }).map(inTime)
  return oneLinkType ? anyPath().chain(path => frames(path[0].edge.key)) : frames(undefined)
}

interface Draft extends CapturedFrame {
  /** Since the frame before, seconds; undefined where `at` counts. */
  readonly after: number | undefined
}

function anyCapturedFrame(linkType: number | undefined, resolution: number): fc.Arbitrary<Draft> {
  const frame =
    linkType === undefined
      ? anyFrame()
      : anyPath()
          .filter(path => path[0].edge.key === linkType)
          .chain(frameAlong)
  const times = facts<{ readonly at: RecordTime; readonly after: number | undefined; readonly kept: number }>({
    at: facts<RecordTime>({
      seconds: bitsOf(32),
      nanoseconds: fc.nat(999_999_999).map(count => count - (count % resolution)),
    }),
    after: mostly<number | undefined>(0, fc.oneof(fc.nat(100), fc.constant(undefined)), 1),
    kept: mostly(1, fc.double({ min: 0, max: 1, noNaN: true })),
  })
  return fc.tuple(frame, times).map(([whole, { at, after, kept }]) => {
    const { bytes, linkType: type } = octetsOfFrame(whole)
    return {
      bytes: bytes.slice(0, Math.ceil(kept * bytes.length)),
      linkType: type,
      originalLength: bytes.length,
      at,
      after,
    }
  })
}

/** The frames without what they were made by, each at its time. */
function inTime(drafts: readonly Draft[]): readonly CapturedFrame[] {
  let seconds = 0
  return drafts.map(({ after, at, ...frame }) => {
    seconds = after === undefined ? at.seconds : Math.min(0xffffffff, seconds + after)
    return { ...frame, at: { seconds, nanoseconds: at.nanoseconds } }
  })
}
