/** Registration Request and Reply, RFC 2332 §5.2.3 and §5.2.4, as implementations write them. */
import { type Cie, cieCode, type Extension, type NhrpExchange, registrationFlag } from '@dmvpn/protocols'
import type { Ipv4 } from '@dmvpn/wire'
import { ipOf, ipv4From, type Spelled, widthOf } from '../addresses.ts'
import { extensionsOf } from '../extensions.ts'
import {
  entryOf,
  holdingTimeOf,
  type Manner,
  mtuOf,
  prefixNumber,
  profileOf,
  recordOfStation,
  type Station,
} from '../station.ts'
import { reply, request } from './exchange.ts'

export interface RegistrationOptions extends Manner {
  readonly spoke: Station
  readonly hub: Station
  readonly requestId?: number | undefined
  /** Whether nobody else may register the address meanwhile: yes where left out. */
  readonly unique?: boolean | undefined
  /** The NHRP group, in Cisco's vendor extension. */
  readonly group?: string | undefined
}

const kinds = [
  'responder-address',
  'forward-transit',
  'reverse-transit',
  'authentication',
  'nat-address',
  'vendor-private',
] as const

/** A spoke registers at its hub. Throws RangeError where a fact does not fit. */
export function registrationRequest(options: RegistrationOptions): NhrpExchange {
  const { spoke, hub, requestId = 1, unique = true, group } = options
  const { registration, hopCount, natExtension } = profileOf(options)
  const own = ipOf(spoke.protocol)
  return request('registration-request', spoke, ipOf(hub.protocol), {
    hopCount: hopCount.registration,
    flags: (unique ? registrationFlag.unique : 0) | (natExtension ? registrationFlag.nat : 0),
    requestId,
    entries: [
      entryOf({
        prefixLength: prefixNumber(unique ? registration.uniquePrefix : registration.sharedPrefix, own),
        mtu: mtuOf(options),
        holdingTime: holdingTimeOf(spoke, options),
        ...linkLocalOf(spoke),
      }),
    ],
    extensions: extensionsOf(options, kinds, { nat: [natEntry(hub, options)], group }),
  })
}

/** The server as the client knows it: how a server learns that it is behind NAT itself. */
function natEntry(station: Station, manner: Manner): Cie {
  const protocol = ipOf(station.protocol)
  const prefixLength = prefixNumber(profileOf(manner).natPrefix, protocol)
  return entryOf({ prefixLength, mtu: mtuOf(manner), nbma: ipv4From(station.nbma), protocol })
}

/** On IPv6 overlays Cisco names its link-local address in the entry itself. */
function linkLocalOf(station: Station): Partial<Cie> {
  if (station.linkLocal === undefined) return {}
  return { nbma: ipv4From(station.nbma), protocol: ipOf(station.linkLocal) }
}

export interface RegistrationAnswer extends Manner {
  /** The server that answers. */
  readonly hub: Station
  /** Other than 0: refused. */
  readonly code?: number | undefined
  /** Where the request really came from; NAT where it is not what the request says. */
  readonly seenNbma?: Spelled<Ipv4> | undefined
}

/** The hub's answer to a registration. */
export function registrationReply(to: NhrpExchange, answer: RegistrationAnswer): NhrpExchange {
  const { code = cieCode.success } = answer
  const { hopCount, uniqueConflict } = profileOf(answer)
  const entries = to.entries.map(entry => {
    if (code === cieCode.success) return entry
    // RFC 2332 §5.2.4: nothing is held; one that overwrites does not write a nought either.
    return { ...entry, code, holdingTime: uniqueConflict === 'refuse' ? 0 : entry.holdingTime }
  })
  return reply(to, 'registration-reply', {
    hopCount: hopCount.reply,
    entries: [...entries, ...serverEntry(answer)],
    extensions: to.extensions.map(each => answered(each, to, answer)),
  })
}

/** A Cisco server adds an entry with its own link-local address. */
function serverEntry(answer: RegistrationAnswer): Cie[] {
  const { hub } = answer
  if (hub.linkLocal === undefined || !profileOf(answer).linkLocalEntry) return []
  const protocol = ipOf(hub.linkLocal)
  return [
    entryOf({
      prefixLength: widthOf(protocol),
      mtu: mtuOf(answer),
      holdingTime: holdingTimeOf(hub, answer),
      nbma: ipv4From(hub.nbma),
      protocol,
    }),
  ]
}

function answered(each: Extension, to: NhrpExchange, answer: RegistrationAnswer): Extension {
  if (each.kind === 'responder-address') return { ...each, entries: [recordOfStation(answer.hub, answer)] }
  if (each.kind !== 'nat-address' || answer.seenNbma === undefined) return each
  const nbma = ipv4From(answer.seenNbma)
  const client = to.sourceProtocol
  if (nbma === to.sourceNbma || client === undefined || typeof client === 'object') return each
  const prefixLength = prefixNumber(profileOf(answer).secondNatPrefix, client)
  const seen = entryOf({ prefixLength, mtu: mtuOf(answer), nbma, protocol: client })
  return { ...each, entries: [...each.entries, seen] }
}
