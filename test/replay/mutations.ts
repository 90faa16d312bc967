/** Single changes of a scenario's capture: a field, a missing, doubled, late or forged packet, and the rule that sees it. */
import { dmvpn, encodeLayers, gre, layersOf, type Nhrp, type NhrpExchange, type NhrpKind, nhrp } from '@dmvpn/protocols'
import { checksumWithout, ipv4Of } from '@dmvpn/wire'
import type { Timed } from './judge-capture.ts'
import { messageOf } from './scenes.ts'
import {
  complains,
  datagram,
  entry,
  extensions,
  greFrame,
  hub,
  type Manner,
  over,
  overGre,
  padded,
  resolution,
  s2,
  s3,
  say,
  sends,
  with_,
  withPasswordTwice,
} from './talk.ts'

/** Which frame: the nth message of a kind, or the nth of which something is true. */
export type Pick = readonly [NhrpKind | ((each: Timed) => boolean), number?]

export interface Mutation {
  readonly name: string
  readonly scene: string
  readonly rule: string
  readonly pick: Pick
  /** The frames instead of the one picked; the first of them is the changed one. */
  readonly change: (picked: Timed) => readonly Timed[]
  /** Whether the frame picked stays as it is, before the others. */
  readonly adds?: boolean
  /** Which frame the failure is about, where not the changed one: of the list as it was. */
  readonly at?: Pick | ((picked: Timed) => Pick)
}

/** The frame that is picked. */
export function pickedFrom(frames: readonly Timed[], [what, nth = 0]: Pick): Timed {
  const fits = typeof what === 'string' ? (each: Timed) => messageOf(each)?.kind === what : what
  const found = frames.filter(fits)[nth]
  if (found === undefined) throw new RangeError(`there is no such frame: ${String(what)} ${nth}`)
  return found
}

/** The list after the change, and the frame the failure is about. */
export function mutated(
  frames: readonly Timed[],
  mutation: Mutation,
): { readonly frames: readonly Timed[]; readonly about: number } {
  const { pick, change, adds = false, at } = mutation
  const picked = pickedFrom(frames, pick)
  const instead = change(picked)
  const list = frames
    .flatMap(each => (each === picked ? [...(adds ? [each] : []), ...instead] : [each]))
    .toSorted((a, b) => a.at - b.at)
  const about = at === undefined ? instead[0] : pickedFrom(frames, typeof at === 'function' ? at(picked) : at)
  return { frames: list, about: list.indexOf(about!) + 1 }
}

/** Facts of the message changed, everything that follows from them true. */
function facts<M extends Nhrp>(change: (message: M) => M): Mutation['change'] {
  return ({ at, frame }) => {
    const layers = layersOf(dmvpn.decode(frame.bytes, frame.linkType)).map(each =>
      each.protocol === nhrp ? { ...each, claims: {}, packet: change(each.packet as M) } : { ...each, claims: {} },
    )
    return [{ at, frame: { ...frame, bytes: encodeLayers(layers) } }]
  }
}

const octets =
  (offset: number, values: readonly number[], how?: { readonly honest: boolean }): Mutation['change'] =>
  picked => [over(picked, offset, values, how)]
const gone: Mutation['change'] = () => []
const late =
  (seconds: number): Mutation['change'] =>
  picked => [{ ...picked, at: picked.at + seconds }]

/** Sent once more: another datagram with the same in it. */
const again =
  (seconds: number): Mutation['change'] =>
  ({ at, frame }) => {
    const bytes = frame.bytes.slice()
    const view = new DataView(bytes.buffer)
    view.setUint16(4, view.getUint16(4) ^ 0x5555)
    view.setUint16(10, checksumWithout(view, 0, 20, 10))
    return [{ at: at + seconds, frame: { ...frame, bytes } }]
  }

const old: Manner = { profile: 'ios12', key: 123, authentication: 'cisco' }
const exchange = (change: (message: NhrpExchange) => NhrpExchange): Mutation['change'] => facts(change)
type Kind = NhrpExchange['extensions'][number]['kind']
const records = (
  kind: Kind,
  change: (entries: readonly NhrpExchange['entries'][number][]) => readonly NhrpExchange['entries'][number][],
) =>
  exchange(
    extensions(each =>
      each.kind === kind && 'entries' in each ? ({ ...each, entries: change(each.entries) } as never) : each,
    ),
  )
const messageIn = (each: Timed): NhrpExchange => messageOf(each) as NhrpExchange
const isWay =
  (from: string, to: string) =>
  ({ frame: { bytes } }: Timed): boolean => {
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    return view.getUint32(12) === ipv4Of(from) && view.getUint32(16) === ipv4Of(to)
  }
const isData = (each: Timed): boolean =>
  dmvpn.decode(each.frame.bytes, each.frame.linkType).find(gre)?.protocol === 0x0800
const isEsp = ({ frame: { bytes } }: Timed): boolean => bytes[9] === 50
const isHello = (each: Timed): boolean => isData(each) && each.frame.bytes[20 + 8 + 16] === 224
const isHubHello =
  (client: string) =>
  (each: Timed): boolean =>
    isHello(each) && isWay('150.1.1.1', client)(each)
const isForwarded = (each: Timed): boolean =>
  messageOf(each)?.kind === 'resolution-request' && messageIn(each).hopCount === 254
const shared =
  (way: (each: Timed) => boolean) =>
  (each: Timed): boolean =>
    way(each) && isData(each) && !isHello(each)

const P = 'phase-2-process'
const E = 'phase-2-eigrp'
const T = 'phase-3'
const N = 'spoke-behind-nat'
const G = 'purge'
const U = 'unique-conflict'
const I = 'phase-2-ipsec'

const registration: Pick = ['registration-request', 0]
const registered: Pick = ['registration-reply', 0]
const request: Pick = ['resolution-request', 0]
const reply: Pick = ['resolution-reply', 0]
const copy: Pick = [isForwarded]
const indication: Pick = ['traffic-indication', 0]
const purge: Pick = ['purge-request', 0]

/** A forged Error Indication about the message picked, from the hub. */
const error =
  (code: number, change: (message: Nhrp) => Nhrp = each => each): Mutation['change'] =>
  picked => [complains(picked.at + 0.02, messageIn(picked), hub, s3, code, change, old)]

export const mutations: readonly Mutation[] = [
  {
    name: 'a wrong checksum',
    scene: P,
    rule: 'N01',
    pick: registration,
    change: octets(12, [1, 2], { honest: false }),
  },
  {
    name: 'a flipped bit of the holding time',
    scene: P,
    rule: 'N01',
    pick: request,
    change: octets(46, [3], { honest: false }),
  },
  {
    name: 'a size beyond the datagram',
    scene: P,
    rule: 'N02',
    pick: registration,
    change: octets(10, [9, 9], { honest: false }),
  },
  { name: 'a size of nothing', scene: P, rule: 'N02', pick: request, change: octets(10, [0, 5], { honest: false }) },
  { name: 'padding behind the packet', scene: P, rule: 'N03', pick: request, change: picked => [padded(picked, 7)] },
  {
    name: 'an extension offset among the addresses',
    scene: P,
    rule: 'N04',
    pick: request,
    change: octets(14, [0, 33]),
  },
  { name: 'an extension offset behind the end', scene: P, rule: 'N04', pick: reply, change: octets(14, [2, 0]) },
  { name: 'version 2', scene: P, rule: 'N05', pick: registration, change: octets(16, [2]) },
  { name: 'type 9', scene: P, rule: 'N05', pick: registration, change: octets(17, [9]) },
  {
    name: 'a SNAP form beside an Ethertype',
    scene: P,
    rule: 'N06',
    pick: request,
    change: octets(4, [0, 0, 0x5e, 8, 0]),
  },
  { name: 'a reserved bit of a length', scene: P, rule: 'N07', pick: registration, change: octets(18, [0x84]) },
  { name: 'a reserved flag', scene: P, rule: 'N08', pick: request, change: octets(22, [0xcc]) },
  {
    name: 'half an entry',
    scene: P,
    rule: 'N09',
    pick: request,
    change: exchange(with_<NhrpExchange>({ leftover: new Uint8Array(7) })),
  },
  { name: 'unused octets of an entry', scene: P, rule: 'N10', pick: reply, change: exchange(entry({ unused: 1 })) },
  {
    name: 'a prefix longer than the address',
    scene: P,
    rule: 'N10',
    pick: request,
    change: exchange(entry({ prefixLength: 64 })),
  },
  {
    name: 'no End',
    scene: P,
    rule: 'N11',
    pick: registration,
    change: exchange(extensions(each => (each.kind === 'end' ? undefined : each))),
  },
  {
    name: 'the password twice',
    scene: P,
    rule: 'N12',
    pick: copy,
    change: exchange(withPasswordTwice),
  },
  {
    name: 'an extension that need not be understood',
    scene: P,
    rule: 'N13',
    pick: request,
    change: exchange(extensions(each => (each.kind === 'forward-transit' ? { ...each, compulsory: false } : each))),
  },
  {
    name: 'half a record',
    scene: P,
    rule: 'N14',
    pick: reply,
    change: exchange(
      extensions(each => (each.kind === 'forward-transit' ? { ...each, leftover: new Uint8Array(3) } : each)),
    ),
  },
  {
    name: 'a password of nothing',
    scene: P,
    rule: 'N15',
    pick: registration,
    change: exchange(
      extensions(each =>
        each.kind === 'authentication' && each.form === 'cleartext' ? { ...each, key: new Uint8Array(0) } : each,
      ),
    ),
  },
  {
    name: 'a unique registration of a network',
    scene: P,
    rule: 'N18',
    pick: registration,
    change: exchange(entry({ prefixLength: 24 })),
  },
  {
    name: 'a request that is refused beforehand',
    scene: P,
    rule: 'N19',
    pick: request,
    change: exchange(entry({ code: 12 })),
  },
  {
    name: 'a registration for no time',
    scene: P,
    rule: 'N20',
    pick: registration,
    change: exchange(entry({ holdingTime: 0 })),
  },
  {
    name: 'a holding time without S',
    scene: P,
    rule: 'N20',
    pick: request,
    change: exchange(message => ({ ...message, flags: message.flags & ~0x0800 })),
  },
  {
    name: 'D in a request',
    scene: P,
    rule: 'N21',
    pick: request,
    change: exchange(message => ({ ...message, flags: message.flags | 0x2000 })),
  },
  {
    name: 'an address in the entry of a request',
    scene: P,
    rule: 'N22',
    pick: request,
    change: exchange(entry({ protocol: 0x0a000003 })),
  },
  { name: 'an answer for no time', scene: P, rule: 'N23', pick: reply, change: exchange(entry({ holdingTime: 0 })) },
  {
    name: 'an answer without an NBMA address',
    scene: P,
    rule: 'N23',
    pick: reply,
    change: exchange(entry({ nbma: undefined })),
  },
  {
    name: 'a refusal of a registration’s kind',
    scene: P,
    rule: 'N24',
    pick: reply,
    change: exchange(entry({ code: 14, holdingTime: 0 })),
  },
  {
    name: 'a refused registration that is held',
    scene: U,
    rule: 'N25',
    pick: ['registration-reply', 1],
    change: exchange(entry({ holdingTime: 60 })),
  },
  {
    name: 'a unique answer with two entries',
    scene: P,
    rule: 'N26',
    pick: reply,
    change: exchange(message => ({ ...message, entries: [...message.entries, ...message.entries] })),
  },
  {
    name: 'a purge of no address',
    scene: G,
    rule: 'N27',
    pick: purge,
    change: exchange(entry({ protocol: undefined })),
  },
  { name: 'a forged error of an unknown code', scene: P, rule: 'N29', pick: request, adds: true, change: error(77) },
  {
    name: 'a forged error whose offset is outside',
    scene: P,
    rule: 'N28',
    pick: request,
    adds: true,
    change: error(6, message => ({ ...message, errorOffset: 900 }) as Nhrp),
  },
  {
    name: 'a forged error about an error',
    scene: P,
    rule: 'N70',
    pick: request,
    adds: true,
    change: error(
      6,
      message =>
        ({
          ...message,
          quote: Uint8Array.from((message as { quote: Uint8Array }).quote, (octet, index) =>
            index === 17 ? 7 : octet,
          ),
        }) as Nhrp,
    ),
  },
  {
    name: 'a forged error of somebody else',
    scene: P,
    rule: 'N86',
    pick: request,
    adds: true,
    change: error(6, message => ({ ...message, sourceNbma: ipv4Of('150.1.3.3') }) as Nhrp),
  },
  {
    name: 'a forged error that quotes too little',
    scene: P,
    rule: 'N89',
    pick: request,
    adds: true,
    change: error(
      6,
      message => ({ ...message, quote: (message as { quote: Uint8Array }).quote.subarray(0, 40) }) as Nhrp,
    ),
  },
  {
    name: 'an indication to the wrong host',
    scene: T,
    rule: 'N30',
    pick: indication,
    change: facts(with_<Nhrp>({ destinationProtocol: ipv4Of('10.0.5.5') })),
  },
  { name: 'an indication of an unknown code', scene: T, rule: 'N30', pick: indication, change: octets(24, [0, 3]) },
  { name: 'an indication twice', scene: T, rule: 'N69', pick: indication, adds: true, change: again(0.7) },
  {
    name: 'a record of a refusal',
    scene: P,
    rule: 'N31',
    pick: copy,
    change: records('forward-transit', entries => entries.map(each => ({ ...each, code: 12 }))),
  },
  {
    name: 'a reply of another number',
    scene: P,
    rule: 'N32',
    pick: reply,
    change: exchange(message => ({ ...message, requestId: message.requestId + 70 })),
  },
  {
    name: 'a reply whose request is missing',
    scene: E,
    rule: 'N32',
    pick: ['registration-request', 2],
    change: gone,
    at: ['registration-reply', 2],
  },
  {
    name: 'a reply of other source addresses',
    scene: P,
    rule: 'N33',
    pick: registered,
    change: exchange(message => ({ ...message, sourceProtocol: ipv4Of('10.0.0.9') })),
  },
  {
    name: 'a reply without an extension',
    scene: P,
    rule: 'N34',
    pick: registered,
    change: exchange(extensions(each => (each.kind === 'reverse-transit' ? undefined : each))),
  },
  { name: 'a reply of nobody', scene: P, rule: 'N35', pick: reply, change: records('responder-address', () => []) },
  {
    name: 'a reply that forgets the way',
    scene: P,
    rule: 'N36',
    pick: reply,
    change: records('forward-transit', () => []),
  },
  {
    name: 'a reply without Q',
    scene: P,
    rule: 'N37',
    pick: reply,
    change: exchange(message => ({ ...message, flags: message.flags & ~0x8000 })),
  },
  {
    name: 'an authoritative reply without A',
    scene: P,
    rule: 'N37',
    pick: reply,
    change: exchange(message => ({ ...message, flags: message.flags & ~0x4000 })),
  },
  {
    name: 'a registration that comes back changed',
    scene: P,
    rule: 'N38',
    pick: registered,
    change: exchange(entry({ mtu: 1000 })),
  },
  { name: 'a purge that is not answered', scene: G, rule: 'N39', pick: ['purge-reply', 0], change: gone, at: purge },
  {
    name: 'a purge reply about something else',
    scene: G,
    rule: 'N39',
    pick: ['purge-reply', 0],
    change: exchange(entry({ protocol: ipv4Of('10.0.9.9') })),
  },
  {
    name: 'a second, different reply',
    scene: P,
    rule: 'N40',
    pick: reply,
    adds: true,
    change: picked => facts<NhrpExchange>(entry({ nbma: ipv4Of('150.1.9.9') }))({ ...picked, at: picked.at + 0.3 }),
  },
  { name: 'a reply after 70 s', scene: E, rule: 'N41', pick: ['registration-reply', 3], change: late(70) },
  { name: 'a request sent again at once', scene: P, rule: 'N42', pick: request, adds: true, change: again(0.2) },
  {
    name: 'a request sent again with another holding time',
    scene: P,
    rule: 'N42',
    pick: request,
    adds: true,
    change: picked => facts<NhrpExchange>(entry({ holdingTime: 77 }))({ ...picked, at: picked.at + 2 }),
  },
  {
    name: 'a number that falls',
    scene: E,
    rule: 'N43',
    pick: ['registration-request', 3],
    change: exchange(message => ({ ...message, requestId: 500 })),
  },
  {
    name: 'a number that was another’s',
    scene: P,
    rule: 'N44',
    pick: request,
    change: exchange(message => ({ ...message, requestId: message.requestId - 1 })),
  },
  {
    name: 'two hops less',
    scene: P,
    rule: 'N45',
    pick: copy,
    change: exchange(message => ({ ...message, hopCount: 253 })),
  },
  {
    name: 'a request changed on the way',
    scene: P,
    rule: 'N46',
    pick: copy,
    change: exchange(entry({ holdingTime: 1 })),
  },
  {
    name: 'a request passed on without a record',
    scene: P,
    rule: 'N47',
    pick: copy,
    change: records('forward-transit', () => []),
  },
  {
    name: 'a record of somebody else',
    scene: P,
    rule: 'N47',
    pick: copy,
    change: records('forward-transit', entries => entries.map(each => ({ ...each, nbma: ipv4Of('150.1.3.3') }))),
  },
  {
    name: 'a request without a hop left that is passed on',
    scene: P,
    rule: 'N48',
    pick: request,
    change: exchange(message => ({ ...message, hopCount: 0 })),
    at: copy,
  },
  {
    name: 'a station twice in a record',
    scene: P,
    rule: 'N49',
    pick: copy,
    change: records('forward-transit', entries => [...entries, ...entries]),
  },
  {
    name: 'a request passed back',
    scene: P,
    rule: 'N50',
    pick: request,
    adds: true,
    change: picked => [say(picked.at + 0.025, { ...messageIn(picked), hopCount: 254 }, hub, s3, old)],
  },
  {
    name: 'extensions in another order',
    scene: P,
    rule: 'N51',
    pick: copy,
    change: exchange(message => ({
      ...message,
      extensions: [message.extensions[1]!, message.extensions[0]!, ...message.extensions.slice(2)],
    })),
  },
  {
    name: 'a request from somebody else’s address',
    scene: P,
    rule: 'N52',
    pick: request,
    adds: true,
    change: picked => [say(picked.at + 3, messageIn(picked), '150.1.8.8', hub, old)],
  },
  {
    name: 'a unique address given to another',
    scene: U,
    rule: 'N53',
    pick: ['registration-reply', 1],
    change: exchange(entry({ code: 0, holdingTime: 60 })),
  },
  { name: 'more life than is left', scene: E, rule: 'N54', pick: reply, change: exchange(entry({ holdingTime: 600 })) },
  {
    name: 'an address nobody registered',
    scene: E,
    rule: 'N55',
    pick: reply,
    change: exchange(entry({ nbma: ipv4Of('150.1.7.7') })),
  },
  {
    name: 'a forged answer of another prefix',
    scene: P,
    rule: 'N56',
    pick: reply,
    adds: true,
    change: picked =>
      facts<NhrpExchange>(message =>
        entry({ prefixLength: 26 })({
          ...message,
          requestId: message.requestId + 5,
          destinationProtocol: ipv4Of('10.0.2.9'),
        }),
      )({ ...picked, at: picked.at + 5 }),
  },
  {
    name: 'a registration held for less than its client waits',
    scene: E,
    rule: 'N57',
    pick: ['registration-reply', 1],
    change: exchange(entry({ holdingTime: 20 })),
    at: () => ['registration-request', 2],
  },
  {
    name: 'two numbers for one target',
    scene: P,
    rule: 'N58',
    pick: request,
    adds: true,
    change: picked =>
      facts<NhrpExchange>(message => ({ ...message, requestId: message.requestId + 40 }))({
        ...picked,
        at: picked.at + 0.01,
      }),
  },
  {
    name: 'data without an answer',
    scene: E,
    rule: 'N61',
    pick: reply,
    change: gone,
    at: [shared(isWay('150.1.3.3', '150.1.2.2'))],
  },
  {
    name: 'data before the answer',
    scene: P,
    rule: 'N62',
    pick: request,
    adds: true,
    change: ({ at }) => [sends(at + 0.005, s3, s2, { source: '10.0.3.3', destination: '10.0.2.2' })],
  },
  {
    name: 'data after the end of the mapping',
    scene: P,
    rule: 'N63',
    pick: reply,
    adds: true,
    change: ({ at }) => [sends(at + 7000, s3, s2, { source: '10.0.3.3', destination: '10.0.2.2' })],
  },
  {
    name: 'a question about what is known',
    scene: P,
    rule: 'N64',
    pick: reply,
    adds: true,
    change: picked => [
      say(picked.at + 9, resolution(s3, messageIn(picked).requestId + 1, old, '10.0.2.2'), s3, hub, old),
    ],
  },
  {
    name: 'a wrong password that is answered',
    scene: P,
    rule: 'N67',
    pick: registration,
    change: exchange(
      extensions(each =>
        each.kind === 'authentication' && each.form === 'cleartext'
          ? { ...each, key: new Uint8Array([0x78, 0x79]) }
          : each,
      ),
    ),
    at: registered,
  },
  {
    name: 'a wrong password',
    scene: P,
    rule: 'N68',
    pick: request,
    change: exchange(
      extensions(each =>
        each.kind === 'authentication' && each.form === 'cleartext'
          ? { ...each, key: new Uint8Array([0x78, 0x79]) }
          : each,
      ),
    ),
  },
  {
    name: 'a hello that is not replicated',
    scene: E,
    rule: 'N71',
    pick: [isHubHello('150.1.2.2'), 12],
    change: gone,
    at: picked => [each => isHubHello('150.1.3.3')(each) && Math.abs(each.at - picked.at) < 0.01],
  },
  {
    name: 'NAT that is not told',
    scene: N,
    rule: 'N72',
    pick: registered,
    change: records('nat-address', entries => entries.slice(0, 1)),
  },
  {
    name: 'a reserved bit of GRE',
    scene: P,
    rule: 'N73',
    pick: request,
    change: picked => [overGre(picked, 1, [0x08])],
  },
  { name: 'another key', scene: P, rule: 'N74', pick: request, change: picked => [overGre(picked, 4, [0, 0, 0, 9])] },
  {
    name: 'NHRP of another type',
    scene: P,
    rule: 'N75',
    pick: request,
    change: picked => [overGre(picked, 2, [0x20, 0x02])],
  },
  {
    name: 'a forged keepalive with something in it',
    scene: P,
    rule: 'N75',
    pick: request,
    adds: true,
    change: ({ at }) => [greFrame(at + 1, s3, hub, 0, new Uint8Array(9))],
  },
  { name: 'a number of ESP used again', scene: I, rule: 'N77', pick: [isEsp, 20], change: picked => [reuse(picked)] },
  {
    name: 'a reserved SPI',
    scene: I,
    rule: 'N77',
    pick: [isEsp, 5],
    change: picked => [overEsp(picked, 0, [0, 0, 0, 9])],
  },
  {
    name: 'a flipped bit under ESP',
    scene: I,
    rule: 'N78',
    pick: [isEsp, 5],
    change: picked => [overEsp(picked, 30, [picked.frame.bytes[50]! ^ 1])],
  },
  {
    name: 'forged cleartext beside ESP',
    scene: I,
    rule: 'N79',
    pick: [isEsp, 9],
    adds: true,
    change: ({ at }) => [sends(at + 40, s2, hub)],
  },
  {
    name: 'forged octets on port 4500',
    scene: I,
    rule: 'N81',
    pick: [isEsp, 9],
    adds: true,
    change: ({ at }) => [datagram(at + 1, s2, hub, 4500, new Uint8Array(12))],
  },
  {
    name: 'an answered registration sent again',
    scene: P,
    rule: 'N84',
    pick: registration,
    adds: true,
    change: again(3),
  },
  {
    name: 'a registration that is not answered',
    scene: E,
    rule: 'N85',
    pick: ['registration-reply', 1],
    change: gone,
    at: ['registration-request', 1],
  },
  {
    name: 'the first answer of a server that does not come',
    scene: T,
    rule: 'N85',
    pick: ['registration-reply', 1],
    change: gone,
    at: ['registration-request', 1],
  },
  {
    name: 'a NAT flag that is lost',
    scene: N,
    rule: 'N90',
    pick: reply,
    change: exchange(message => ({ ...message, flags: message.flags & ~2 })),
  },
]

function overEsp({ at, frame }: Timed, offset: number, values: readonly number[]): Timed {
  const bytes = frame.bytes.slice()
  bytes.set(values, 20 + offset)
  return { at, frame: { ...frame, bytes } }
}

/** The sequence number of the packet before. */
function reuse(picked: Timed): Timed {
  const view = new DataView(picked.frame.bytes.buffer, picked.frame.bytes.byteOffset)
  return overEsp(picked, 7, [view.getUint8(20 + 7) - 1])
}
