import { defaultMessage, dmvpn, emptyCie, gre, ipv4, layer, type Nhrp, type NhrpExchange, nhrp } from '@dmvpn/protocols'
import { ipv4Of } from '@dmvpn/wire'
import { describe, expect, it } from 'vitest'
import { recordOf } from '../frame-record.ts'
import { decodeRecord } from '../summary.ts'
import type { Exchange } from './exchange.ts'
import { Exchanges } from './exchanges.ts'
import { Session } from './session.ts'

const hub = ipv4Of('150.1.1.1')
const spoke = ipv4Of('150.1.2.2')
const raw = 101

let identification = 1

function frame(message: Partial<Nhrp>, from: number, to: number): Uint8Array {
  return dmvpn.encode([
    layer(ipv4, { source: from, destination: to, identification: identification++ }),
    layer(gre, { key: 1 }),
    layer(nhrp, { ...defaultMessage, ...message } as NhrpExchange),
  ])
}

function request(id: number, more: Partial<NhrpExchange> = {}): Uint8Array {
  return frame(messageOf(3, 'registration-request', id, more), spoke, hub)
}

function reply(id: number, more: Partial<NhrpExchange> = {}): Uint8Array {
  return frame(messageOf(4, 'registration-reply', id, more), hub, spoke)
}

function messageOf(
  type: number,
  kind: NhrpExchange['kind'],
  requestId: number,
  more: Partial<NhrpExchange>,
): Partial<NhrpExchange> {
  return {
    type,
    kind,
    requestId,
    sourceNbma: spoke,
    sourceProtocol: ipv4Of('10.0.0.2'),
    destinationProtocol: ipv4Of('10.0.0.1'),
    entries: [emptyCie],
    ...more,
  }
}

/** Decodes frames at these seconds and gives every exchange that was let go of. */
function run(frames: readonly (readonly [seconds: number, bytes: Uint8Array])[], session = new Session()): Exchange[] {
  const settled: Exchange[] = []
  const { nhrp: exchanges } = session
  exchanges!.settled = exchange => settled.push(exchange)
  for (const [time, bytes] of frames) {
    const seconds = Math.floor(time)
    decodeRecord(dmvpn, recordOf(bytes, raw, { seconds, nanoseconds: Math.round((time - seconds) * 1e9) }), session)
  }
  exchanges!.finish()
  return settled
}

const framesOf = ({ sightings }: Exchange): (number | undefined)[][] =>
  sightings.map(each => [each.frame, each.responseTo?.frame, each.responseIn?.frame, each.retransmissionOf?.frame])

describe('exchanges', () => {
  it('answers every transmission that came before', () => {
    const [exchange] = run([
      [0, request(1)],
      [1, request(1)],
      [3, request(1)],
      [3.1, reply(1)],
    ])
    expect(framesOf(exchange!)).toEqual([
      [1, undefined, 4, undefined],
      [2, undefined, 4, 1],
      [3, undefined, 4, 1],
      [4, 1, undefined, undefined],
    ])
  })

  it('gives a second reply to the transmission that is left', () => {
    const [exchange] = run([
      [0, request(1)],
      [0.1, reply(1)],
      [1, request(1)],
      [1.1, reply(1)],
    ])
    expect(framesOf(exchange!).map(each => each[1])).toEqual([undefined, 1, undefined, 3])
  })

  it('begins anew where an id comes back after a long time', () => {
    const exchanges = run([
      [0, request(1)],
      [0.1, reply(1)],
      [600, request(1)],
      [600.1, reply(1)],
    ])
    expect(exchanges.map(framesOf)).toEqual([
      [
        [1, undefined, 2, undefined],
        [2, 1, undefined, undefined],
      ],
      [
        [3, undefined, 4, undefined],
        [4, 3, undefined, undefined],
      ],
    ])
  })

  it('lets go of what is too old, oldest first', () => {
    const session = new Session()
    const settled: (number | undefined)[] = []
    session.nhrp!.settled = ({ requestId }) => settled.push(requestId)
    for (const [seconds, id] of [
      [0, 1],
      [60, 2],
    ] as const) {
      decodeRecord(dmvpn, recordOf(request(id), raw, { seconds, nanoseconds: 0 }), session)
    }
    session.nhrp!.expire(80e9)
    expect(settled).toEqual([])
    session.nhrp!.expire(95e9)
    expect(settled).toEqual([1])
    session.nhrp!.expire(300e9)
    expect(settled).toEqual([1, 2])
  })

  it('takes other ids, kinds and requesters for other exchanges', () => {
    const purge = frame(messageOf(5, 'purge-request', 1, {}), spoke, hub)
    const exchanges = run([
      [0, request(1)],
      [0, request(2)],
      [0, purge],
      [0, request(1, { sourceProtocol: ipv4Of('10.0.0.9') })],
    ])
    expect(exchanges.map(({ sightings }) => sightings.length)).toEqual([1, 1, 1, 1])
  })

  it('knows that a purge with its N flag wants no reply', () => {
    const silent = frame(messageOf(5, 'purge-request', 1, { flags: 0x8000 }), spoke, hub)
    expect(run([[0, silent]])[0]!.sightings[0]!.wantsReply).toBe(false)
  })

  it('notes the first code that is no success', () => {
    const [exchange] = run([
      [0, request(1)],
      [0.1, reply(1, { entries: [{ ...emptyCie, code: 14 }] })],
    ])
    expect(exchange!.sightings[1]!.code).toBe(14)
  })

  it('holds no more than it may', () => {
    const settled: Exchange[] = []
    const exchanges = new Exchanges(undefined, { exchanges: 4, sightings: 3 })
    exchanges.settled = exchange => settled.push(exchange)
    let number = 0
    const see = (bytes: Uint8Array): void => {
      exchanges.begin(++number, 0)
      dmvpn.decode(bytes, raw, {
        session: {
          follow: () => undefined,
          watch: (c, each, whole) => {
            if (each.protocol === nhrp) exchanges.take(c, each, whole, number * 1e6, true)
          },
        },
      })
    }
    for (let id = 0; id < 10; id++) see(request(id))
    expect(settled).toHaveLength(6)
    for (let i = 0; i < 10; i++) see(request(9))
    exchanges.finish()
    expect(settled.at(-1)!.sightings).toHaveLength(3)
  })

  it('counts a frame once, however often it is walked', () => {
    const session = new Session()
    const record = recordOf(request(1), raw)
    decodeRecord(dmvpn, record, session)
    session.again()
    decodeRecord(dmvpn, record, session)
    session.nhrp!.settled = exchange => expect(exchange.sightings).toHaveLength(1)
    session.nhrp!.finish()
    expect(session.number).toBe(1)
  })

  it('is not misled by quotes that end anywhere', () => {
    const whole = frame(messageOf(1, 'resolution-request', 1, {}), spoke, hub)
    const packet = whole.subarray(28)
    const frames = Array.from(packet, (_, length) => {
      const error = {
        ...defaultMessage,
        kind: 'error-indication',
        type: 7,
        errorCode: 6,
        errorOffset: 0,
        unused: 0,
      } as const
      return [length, frame({ ...error, quote: packet.subarray(0, length) } as Partial<Nhrp>, hub, spoke)] as const
    })
    expect(() => run([[0, whole], ...frames])).not.toThrow()
  })
})
