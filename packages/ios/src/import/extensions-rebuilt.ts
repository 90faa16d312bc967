/** Extensions as facts: as they were printed, or as a layout says, filled with what other lines tell. */
import { type Ip, type PrefixLength, type Profile, widthOf } from '@dmvpn/core'
import { type Cie, ciscoVendor, type Extension, emptyCie, octetsOf } from '@dmvpn/protocols'
import { formatIp, type Ipv4 } from '@dmvpn/wire'
import type { ExtensionLayout } from './extensions-by-size.ts'
import type { PrintedEntry, PrintedExtension, PrintedPacket } from './printed-packet.ts'
import type { KnownStation, Stations } from './stations.ts'

const compulsory = { compulsory: true, reserved: false } as const
const optional = { compulsory: false, reserved: false } as const
const end: Extension = { kind: 'end', ...compulsory, value: new Uint8Array(0) }

/** The extensions that `debug nhrp extension` printed, and the End extension, which it does not print. */
export function extensionsPrinted(printed: readonly PrintedExtension[]): readonly Extension[] {
  const extensions = printed.filter(({ type }) => type !== 0).map(each => extensionOf(each))
  return extensions.length === 0 ? [] : [...extensions, end]
}

function extensionOf({ type, entries: printed, password }: PrintedExtension): Extension {
  const entries = printed.map(each => entryOf(each))
  switch (type) {
    case 3:
      return { kind: 'responder-address', ...compulsory, entries }
    case 4:
      return { kind: 'forward-transit', ...compulsory, entries }
    case 5:
      return { kind: 'reverse-transit', ...compulsory, entries }
    case 7:
      return { kind: 'authentication', form: 'cleartext', ...compulsory, key: passwordOctets(password ?? '') }
    case 8:
      return { kind: 'vendor-private', ...optional, vendor: ciscoVendor, data: new Uint8Array(0) }
    case 9:
      return { kind: 'nat-address', ...optional, entries }
    default:
      return { kind: 'unrecognised', ...optional, type, value: new Uint8Array(0) }
  }
}

/** What a log has as one character is one octet; what cannot be is written as UTF-8. */
function passwordOctets(password: string): Uint8Array {
  return /^[\0-\u00ff]*$/.test(password) ? octetsOf(password) : new TextEncoder().encode(password)
}

/** A printed entry. */
export function entryOf(printed: PrintedEntry): Cie {
  return {
    ...emptyCie,
    code: printed.code,
    prefixLength: printed.prefixLength ?? 0,
    mtu: printed.mtu ?? 0,
    holdingTime: printed.holdingTime ?? 0,
    preference: printed.preference ?? 0,
    nbma: printed.nbma,
    protocol: printed.protocol,
  }
}

/**
 * The extensions of a layout. What stands in them was not printed: stations are those that other lines name, the
 * MTU is that of the packet's first entry, the holding time too where the entry is about the same station, else the usual
 * one; a password is zeros. `assumptions` says so.
 */
export function extensionsOfLayout(
  packet: PrintedPacket,
  layout: ExtensionLayout,
  stations: Stations,
  assumptions: string[],
): readonly Extension[] {
  const { profile, passwordLength, groupLength } = layout
  const extensions: Extension[] = []
  for (const kind of profile.extensionOrder) {
    if (kind === 'authentication') {
      if (passwordLength === undefined) continue
      assumptions.push(`the password of ${passwordLength} octets is not printed: zeros`)
      extensions.push({ kind, form: 'cleartext', ...compulsory, key: new Uint8Array(passwordLength) })
    } else if (kind === 'vendor-private') {
      if (groupLength === undefined) continue
      assumptions.push(`${groupLength} octets of a group's name are not printed: zeros`)
      const data = Uint8Array.of(1, groupLength, ...new Uint8Array(groupLength))
      extensions.push({ kind, ...optional, vendor: ciscoVendor, data })
    } else {
      const records = layout.records.find(([each]) => each === kind)
      if (records === undefined) continue
      const entries = recordsOf(packet, kind, records[1], profile, stations, assumptions)
      extensions.push({ kind, ...(kind === 'nat-address' ? optional : compulsory), entries })
    }
  }
  return layout.any ? [...extensions, end] : []
}

type RecordKind = ExtensionLayout['records'][number][0]

const recordNames: Readonly<Record<RecordKind, string>> = {
  'responder-address': 'responder',
  'forward-transit': 'server that forwarded the request',
  'reverse-transit': 'server that forwarded the reply',
  'nat-address': 'station of the NAT extension',
}

function recordsOf(
  packet: PrintedPacket,
  kind: RecordKind,
  count: number,
  profile: Profile,
  stations: Stations,
  assumptions: string[],
): readonly Cie[] {
  return Array.from({ length: count }, (_, index) => {
    const { protocol, nbma } = recorded(packet, kind, index, count, stations)
    assumptions.push(`the ${recordNames[kind]} is not printed: ${stationText(protocol, nbma)}`)
    const [first] = packet.entries
    const isNat = kind === 'nat-address'
    const isClient = nbma !== undefined && nbma === first?.nbma
    const address = protocol ?? nought(packet.sourceProtocol)
    return {
      ...emptyCie,
      prefixLength: prefixNumber(isNat ? profile.natPrefix : profile.recordPrefix, address),
      mtu: first?.mtu ?? 0,
      holdingTime: isNat ? 0 : isClient ? (first?.holdingTime ?? 0) : profile.holdingTime,
      nbma: nbma ?? 0,
      protocol: address,
    }
  })
}

function stationText(protocol: Ip | undefined, nbma: Ipv4 | undefined): string {
  if (protocol === undefined && nbma === undefined) return 'zeros'
  const outside = nbma === undefined ? 'an outside address of zeros' : formatIp(nbma)
  return `as other lines have it, ${protocol === undefined ? 'zeros' : formatIp(protocol)} at ${outside}`
}

function recorded(
  packet: PrintedPacket,
  kind: RecordKind,
  index: number,
  count: number,
  stations: Stations,
): KnownStation {
  switch (kind) {
    case 'responder-address':
      return stations.responder(packet)
    case 'forward-transit':
    case 'reverse-transit':
      // Only the last of several is told by the packet's own lines.
      return index === count - 1 ? stations.forwarder(packet) : { protocol: undefined, nbma: undefined }
    case 'nat-address':
      // The server as its client knows it, then the client as the server sees it.
      return packet.kind.startsWith('registration') && index === 0
        ? stations.at(packet.destinationProtocol)
        : stations.at(packet.sourceProtocol)
    default:
      return kind satisfies never
  }
}

function nought(like: Ip | undefined): Ip {
  return typeof like === 'bigint' ? 0n : 0
}

function prefixNumber(rule: PrefixLength, address: Ip): number {
  return rule === 'host' ? widthOf(address) : rule
}
