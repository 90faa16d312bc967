import {
  defaultMessage,
  dmvpn,
  emptyCie,
  ethernet,
  type Frame,
  gre,
  ipv4,
  layer,
  type NhrpExchange,
  nhrp,
  type Stack,
  udp,
} from '@dmvpn/protocols'
import { type Ipv4, ipv6Of, type Sink, textOf } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { type FrameRecord, recordOf } from './frame-record.ts'
import { learnLine } from './learn-line.ts'
import { freeInLines, shownFields } from './line-fields.ts'
import type { Shape } from './shapes/shape.ts'
import { hasShape } from './shapes/shape.ts'
import { Shapes } from './shapes/shapes.ts'
import { steeringOf } from './shapes/steering.ts'
import { variedFrames } from './shapes/varied-frames.test.data.ts'
import { writeLineEnd } from './summary.ts'

function walked({ buffer, view, start, end, linkType }: FrameRecord): Frame {
  return dmvpn.decodeIn(buffer, view, start, end, linkType)
}

function write(s: Sink, _stack: Stack, record: FrameRecord): void {
  writeLineEnd(s, walked(record), record)
}

/** The shapes of these frames, each with its first frame. */
function shapesOf(frames: readonly FrameRecord[]): ReadonlyMap<Shape, FrameRecord> {
  const shapes = new Shapes(dmvpn, [], shownFields, freeInLines)
  const first = new Map<Shape, FrameRecord>()
  for (const frame of frames) {
    if (shapes.find(frame) === undefined) shapes.learn(frame, walked(frame))
    const shape = shapes.find(frame)
    if (shape !== undefined && !first.has(shape)) first.set(shape, frame)
  }
  return first
}

const telling = [0, 1, 9, 10, 99, 100, 127, 128, 255] as const

/** Frames of the shape that have anything where nothing steers. */
function* others(shape: Shape, { buffer, start, end, linkType }: FrameRecord, count: number): Generator<FrameRecord> {
  const steering = steeringOf(shape)
  let state = 7
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    return (state >>> 16) % below
  }
  for (let i = 0; i < count; i++) {
    const bytes = buffer.slice(start, end)
    for (let at = 0; at < bytes.length; at++) {
      const other = next(3) === 0 ? telling[next(telling.length)]! : next(256)
      bytes[at] = (bytes[at]! & steering[at]!) | (other & ~steering[at]!)
    }
    const record = recordOf(bytes, linkType)
    if (hasShape(shape, record, dmvpn)) yield record
  }
}

function datagram(source: Ipv4, sourcePort: number): FrameRecord {
  return recordOf(
    dmvpn.encode([layer(ethernet, {}), layer(ipv4, { source }), layer(udp, { sourcePort, destinationPort: 6000 })]),
    1,
  )
}

/** A registration through a tunnel that carries IPv6. */
function registration(): FrameRecord {
  const packet: NhrpExchange = {
    ...(defaultMessage as NhrpExchange),
    kind: 'registration-request',
    type: 3,
    protocolType: 0x86dd,
    sourceNbma: 0x96010202,
    sourceProtocol: ipv6Of('2001:db8::2'),
    destinationProtocol: ipv6Of('2001:db8::1'),
    entries: [{ ...emptyCie, holdingTime: 360, protocol: ipv6Of('2001:db8::2') }],
  }
  return recordOf(dmvpn.encode([layer(ethernet, {}), layer(ipv4, {}), layer(gre, { key: 1 }), layer(nhrp, packet)]), 1)
}

/** What is learned of the line that `line` makes of a datagram's source and port. */
function learned(line: (source: Ipv4, port: number) => string): string | undefined {
  const record = datagram(0x0a000001, 5000)
  const [shape] = [...shapesOf([record]).keys()]
  const stencil = learnLine(dmvpn, shape!, record, (s, _stack, { view, start }) => {
    s.text(line(view.getUint32(start + 26), view.getUint16(start + 34)))
  })
  const other = datagram(0x0a0b0c0d, 7)
  return stencil && textOf(s => stencil.write(s, other.view, other.start))
}

describe('a line that is learned', () => {
  it('is the line of every frame of the shape', () => {
    let known = 0
    const wrong: [line: string, walked: string][] = []
    for (const [shape, record] of shapesOf([...variedFrames(), registration()])) {
      const line = learnLine(dmvpn, shape, record, write)
      if (line === undefined) continue
      known++
      for (const other of others(shape, record, 40)) {
        const texts = [
          textOf(s => line.write(s, other.view, other.start)),
          textOf(s => write(s, dmvpn, other)),
        ] as const
        if (texts[0] !== texts[1]) wrong.push([...texts])
      }
    }
    expect(wrong).toEqual([])
    expect(known).toBeGreaterThan(20)
  })

  it('has addresses of IPv6, too', () => {
    const record = registration()
    const [shape] = [...shapesOf([record]).keys()]
    const line = learnLine(dmvpn, shape!, record, write)
    const text = textOf(s => line!.write(s, record.view, record.start))
    expect(text).toContain('NHRP Registration Request, ID=0, 2001:db8::2 is at 150.1.2.2 for 360 s')
  })

  it('has its values in the forms they are written in', () => {
    expect(learned((_, port) => `${port}`)).toBe('7')
    expect(learned((_, port) => `0x${port.toString(16).padStart(4, '0')}.`)).toBe('0x0007.')
    expect(learned((_, port) => `${(port >> 8) | ((port & 255) << 8)}/${port}`)).toBe('1792/7')
    expect(learned(source => `at ${source}!`)).toBe('at 168496141!')
  })

  it('is not known where a value decides what it says', () => {
    expect(learned((_, port) => (port % 2 === 0 ? 'even' : 'odd'))).toBeUndefined()
    expect(learned((_, port) => (port === 0 ? 'none' : `${port}`))).toBeUndefined()
    expect(learned((_, port) => `${port}${port > 40_000 ? ' and more' : ''}`)).toBeUndefined()
    expect(learned((_, port) => `${port + 1}`)).toBeUndefined()
    expect(learned(() => 'the same')).toBe('the same')
  })
})
