/** One change to a scenario's capture: reference routers see it, at the right frame and in the right field. */
import { dmvpn, encodeLayers, gre, ipv4, layersOf, type Nhrp, type NhrpExchange } from '@dmvpn/protocols'
import { describe, expect, test } from 'vitest'
import { changed } from './changed-message.ts'
import { type Compared, compareWithCore, configuredStations, departuresOf } from './compare-with-core.ts'
import { recordAt, type Timed } from './judge-capture.ts'
import { messageOf, sceneOf } from './scenes.ts'

/** The frame to another station. */
function redirected(picked: Timed, destination: number): Timed {
  const { bytes, linkType } = picked.frame
  const layers = layersOf(dmvpn.decode(bytes, linkType)).map((each, index) =>
    each.protocol === ipv4 && index === 0
      ? { ...each, claims: {}, packet: { ...(each.packet as object), destination } }
      : { ...each, claims: {} },
  )
  return { ...picked, frame: { ...picked.frame, bytes: encodeLayers(layers) } }
}

interface Mutation {
  readonly name: string
  readonly scene: string
  readonly picks: (each: Timed, index: number, all: readonly Timed[]) => boolean
  /** What is there in place of the frame picked. */
  readonly change: (picked: Timed) => readonly Timed[]
  readonly verdict: 'differs' | 'missing' | 'unexpected'
  /** What is said of the changed frame, counted from the frame picked. */
  readonly offset?: number
  readonly subject: RegExp
  readonly fields?: readonly string[]
  /** Whether other frames follow from it: a message that was not received is not answered. */
  readonly alone?: boolean
}

const isKind = (kind: Nhrp['kind'], nth = 0): Mutation['picks'] => {
  return (each, index, all) =>
    messageOf(each)?.kind === kind && all.slice(0, index).filter(one => messageOf(one)?.kind === kind).length === nth
}
const entry = (facts: Partial<NhrpExchange['entries'][number]>) => (picked: Timed) => [
  changed(picked, ({ entries }) => ({ entries: entries.map(each => ({ ...each, ...facts })) })),
]
const addressesOf = ({ frame: { bytes } }: Timed): readonly [number, number] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  return [view.getUint32(12), view.getUint32(16)]
}
const r3 = 0x96010303
const r4 = 0x96010404
const r5 = 0x96010505
/** The nth packet that goes straight from one spoke of phase 3 to the other. */
const isStraight = (nth: number): Mutation['picks'] => {
  const is = (each: Timed): boolean => {
    const [from, to] = addressesOf(each)
    return (
      from === r4 && to === r5 && dmvpn.decode(each.frame.bytes, each.frame.linkType).find(gre)?.protocol === 0x0800
    )
  }
  return (each, index, all) => is(each) && all.slice(0, index).filter(is).length === nth
}

const mutations: readonly Mutation[] = [
  {
    name: 'a holding time in a registration',
    scene: 'phase-1-eigrp',
    picks: isKind('registration-request'),
    change: entry({ holdingTime: 31 }),
    verdict: 'differs',
    subject: /^Registration Request/,
    fields: ['nhrp.htime'],
  },
  {
    name: 'a holding time in a registration’s reply',
    scene: 'phase-1-eigrp',
    picks: isKind('registration-reply'),
    change: entry({ holdingTime: 31 }),
    verdict: 'differs',
    subject: /^Registration Reply/,
    fields: ['nhrp.htime'],
    alone: true,
  },
  {
    name: 'a code in a registration’s reply',
    scene: 'phase-1-eigrp',
    picks: isKind('registration-reply', 2),
    change: entry({ code: 4 }),
    verdict: 'differs',
    subject: /^Registration Reply/,
    fields: ['nhrp.code'],
  },
  {
    name: 'an MTU in a request',
    scene: 'phase-2-process',
    picks: isKind('resolution-request'),
    change: entry({ mtu: 1400 }),
    verdict: 'differs',
    subject: /^Resolution Request/,
    fields: ['nhrp.mtu'],
  },
  {
    name: 'a prefix in an answer',
    scene: 'phase-3',
    picks: isKind('resolution-reply'),
    change: entry({ prefixLength: 25 }),
    verdict: 'differs',
    subject: /^Resolution Reply/,
    fields: ['nhrp.prefix'],
  },
  {
    name: 'an NBMA address in an answer',
    scene: 'phase-3',
    picks: isKind('resolution-reply'),
    change: entry({ nbma: 0x96010909 }),
    verdict: 'differs',
    subject: /^Resolution Reply/,
    fields: ['nhrp.client.nbma.addr'],
  },
  {
    name: 'a flag in an answer',
    scene: 'phase-3',
    picks: isKind('resolution-reply'),
    change: picked => [changed(picked, ({ flags }) => ({ flags: flags ^ 0x4000 }))],
    verdict: 'differs',
    subject: /^Resolution Reply/,
    fields: ['nhrp.flag.a'],
  },
  {
    name: 'a hop count that is not taken down',
    scene: 'phase-3',
    picks: isKind('resolution-request', 2),
    change: picked => [changed(picked, ({ hopCount }) => ({ hopCount: hopCount - 1 }))],
    verdict: 'differs',
    subject: /^Resolution Request/,
    fields: ['nhrp.hdr.hopcnt'],
  },
  {
    name: 'a registration that is not answered',
    scene: 'phase-1-eigrp',
    picks: isKind('registration-reply', 3),
    change: () => [],
    verdict: 'missing',
    subject: /^Registration Reply/,
    offset: -1,
  },
  {
    name: 'a request that is not answered',
    scene: 'phase-3',
    picks: isKind('resolution-reply'),
    change: () => [],
    verdict: 'missing',
    subject: /^Resolution Reply/,
  },
  {
    name: 'a redirect that is not sent',
    scene: 'phase-3',
    picks: isKind('traffic-indication'),
    change: () => [],
    verdict: 'missing',
    subject: /^Traffic Indication/,
  },
  {
    name: 'an answer that is sent twice',
    scene: 'phase-3',
    picks: isKind('resolution-reply'),
    change: picked => [picked, { ...changed(picked, () => ({})), at: picked.at + 1 }],
    verdict: 'unexpected',
    subject: /^Resolution Reply/,
  },
  {
    name: 'a forged answer to nothing',
    scene: 'phase-3',
    picks: isKind('resolution-reply'),
    change: picked => [picked, { ...changed(picked, () => ({ requestId: 4711 })), at: picked.at + 1 }],
    verdict: 'unexpected',
    subject: /^Resolution Reply 4711/,
    alone: true,
  },
  {
    name: 'a packet that goes by the hub though there is a shortcut',
    scene: 'phase-3',
    picks: isStraight(2),
    change: picked => [picked, { ...redirected(picked, r3), at: picked.at + 2 }],
    verdict: 'differs',
    subject: /^packet 10\.0\.4\.4 > 10\.0\.5\.5/,
    fields: ['ip.dst'],
  },
]

async function play(
  { scene, picks, change }: Mutation,
  isGiven: boolean,
): Promise<{ frames: readonly Timed[]; about: Timed | undefined; compared: Compared }> {
  const { frames, keyText } = await sceneOf(scene)
  const at = frames.findIndex((each, index) => picks(each, index, frames))
  if (at < 0) throw new RangeError('there is no such frame')
  const instead = change(frames[at]!)
  const list = [...frames.slice(0, at), ...instead, ...frames.slice(at + 1)].toSorted((a, b) => a.at - b.at)
  const how = isGiven ? { stations: configuredStations(scene), fromStart: true } : {}
  const compared = compareWithCore(() => list.map(recordAt), { keyText, ...how })
  return { frames: list, about: instead.at(-1), compared }
}

describe.each(mutations)('$name', mutation => {
  const { verdict, subject, fields, alone = false } = mutation

  test('beside the routers’ own configurations', async () => {
    const { frames, about, compared } = await play(mutation, true)
    const found = compared.verdicts.filter(each => each.verdict === verdict && subject.test(each.subject))
    expect(departuresOf(compared)).not.toEqual([])
    if (about !== undefined) expect(found.map(({ frame }) => frame)).toContain(frames.indexOf(about) + 1)
    expect(found.length).toBeGreaterThan(0)
    const [first] = found
    if (fields !== undefined && first?.verdict === 'differs') {
      expect(first.differences.map(({ field }) => field)).toEqual(fields)
      expect(first.differences.every(({ range }) => range !== undefined && range[1] > range[0])).toBe(true)
    }
    if (alone) expect(departuresOf(compared)).toHaveLength(1)
  })
})
