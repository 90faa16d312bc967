/**
 * `--packets`: frames as what was understood of them — facts, claims, trailers — and their octets, one JSON object a line.
 * `packetOf` reads such a line back: encoding its layers gives the octets again.
 */
import { type AnyProtocol, type Frame, type LayerToEncode, layersOf, type Stack } from '@dmvpn/protocols'
import { describe, formatHex, type Sink } from '@dmvpn/wire'
import type { FrameRecord } from '../frame-record.ts'
import type { Session } from '../session/session.ts'
import { type AddressKinds, addressKindsOf, factOf, writeFact } from './facts.ts'
import { writeJsonText } from './json-text.ts'

const quote = 0x22
const comma = 0x2c
const closeBrace = 0x7d

/** A packet as a line of `--packets` says it. */
export interface PacketToEncode {
  readonly linkType: number
  readonly seconds: number
  readonly nanoseconds: number
  readonly originalLength: number
  readonly layers: readonly LayerToEncode[]
  /** The octets as they were captured. */
  readonly bytes: Uint8Array
}

export class PacketsExport {
  private readonly kinds: ReadonlyMap<AnyProtocol, AddressKinds>

  constructor(stack: Stack) {
    this.kinds = new Map(stack.protocols.map(each => [each, addressKindsOf(each)]))
  }

  /** Writes a decoded frame, the session's present one, as a line. */
  write(s: Sink, frame: Frame, record: FrameRecord, session: Session): void {
    const { seconds, nanoseconds, linkType, originalLength } = record
    s.text('{"number":').dec(session.number)
    s.text(',"time":"').text(String(seconds)).byte(0x2e).dec(nanoseconds, 9)
    s.text('","linkType":').dec(linkType).text(',"originalLength":').dec(originalLength).text(',"layers":[')
    for (const [index, layer] of layersOf(frame).entries()) {
      if (index > 0) s.byte(comma)
      this.writeLayer(s, layer)
    }
    s.text('],"bytes":"').hexBytes(frame.bytes).byte(quote)
    if (frame.fault !== undefined) {
      s.text(',"fault":')
      writeJsonText(s, describe(frame.fault))
    }
    s.text('}\n')
  }

  private writeLayer(s: Sink, layer: LayerToEncode): void {
    const { protocol, packet, claims, trailer } = layer
    s.text('{"protocol":"').text(protocol.name).text('","facts":')
    writeFact(s, packet, '', this.kinds.get(protocol) ?? addressKindsOf(protocol))
    const claimed = Object.entries(claims)
    if (claimed.length > 0) {
      s.text(',"claims":{')
      for (const [index, [name, value]] of claimed.entries()) {
        if (index > 0) s.byte(comma)
        s.byte(quote).text(name).text('":').text(String(value))
      }
      s.byte(closeBrace)
    }
    if (trailer.length > 0) s.text(',"trailer":"').text(formatHex(trailer)).byte(quote)
    s.byte(closeBrace)
  }
}

/** The packet of a parsed line. Throws RangeError where it is not one, saying where. */
export function packetOf(json: unknown, stack: Stack): PacketToEncode {
  const line = objectOf(json, 'packet')
  const [seconds, nanoseconds] = timeOf(line['time'])
  const { layers } = line
  if (!Array.isArray(layers)) throw new RangeError('layers: not an array')
  return {
    linkType: integerOf(line['linkType'], 'linkType'),
    seconds,
    nanoseconds,
    originalLength: integerOf(line['originalLength'], 'originalLength'),
    layers: layers.map((each: unknown, index) => layerOf(each, `layers[${index}]`, stack)),
    bytes: octetsOf(line['bytes'] ?? '', 'bytes'),
  }
}

function layerOf(json: unknown, where: string, stack: Stack): LayerToEncode {
  const { protocol: name, facts, claims = {}, trailer = '' } = objectOf(json, where)
  const protocol = stack.protocols.find(each => each.name === name)
  if (protocol === undefined) throw new RangeError(`${where}.protocol: no protocol is named ${String(name)}`)
  const given = factOf(objectOf(facts, `${where}.facts`), `${where}.facts`) as object
  const claimed: Record<string, number> = {}
  for (const [key, value] of Object.entries(objectOf(claims, `${where}.claims`))) {
    claimed[key] = integerOf(value, `${where}.claims.${key}`)
  }
  return {
    protocol,
    packet: { ...(protocol.defaults as object), ...given },
    given: new Set(Object.keys(given)),
    claims: claimed,
    trailer: octetsOf(trailer, `${where}.trailer`),
  }
}

function objectOf(json: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new RangeError(`${where}: not an object`)
  return json as Readonly<Record<string, unknown>>
}

function integerOf(json: unknown, where: string): number {
  if (typeof json !== 'number' || !Number.isSafeInteger(json)) throw new RangeError(`${where}: not a whole number`)
  return json
}

function octetsOf(json: unknown, where: string): Uint8Array {
  const octets = factOf({ hex: json }, where)
  return octets as Uint8Array
}

function timeOf(json: unknown): readonly [number, number] {
  const match = typeof json === 'string' ? /^(-?\d+)\.(\d{9})$/.exec(json) : null
  if (match === null) throw new RangeError('time: not seconds and nine digits')
  return [Number(match[1]), Number(match[2])]
}
