/**
 * Smaller frames than a given one, made of its facts: fewer layers, fewer lies, facts nearer to the defaults. Because
 * any octets decode to facts, this is how a captured frame shrinks.
 */
import { dmvpn, encodeLayers, type LayerToEncode, raw } from '@dmvpn/protocols'
import { type FrameFacts, frameOf } from './frames.ts'
import { smallerValues } from './smaller-values.ts'
import { noOctets } from './values.ts'

/** Frames that can be encoded and are smaller, the smallest first. Every chain of them ends. */
export function* smallerFrames(frame: FrameFacts): Generator<FrameFacts> {
  for (const smaller of candidates(frame)) if (isEncodable(smaller)) yield smaller
}

function isEncodable({ layers }: FrameFacts): boolean {
  try {
    encodeLayers(layers)
    return true
  } catch (refused) {
    // A fact that does not fit its field is said so; anything else is a fault of the encoder, and shrinks as well.
    return !(refused instanceof RangeError)
  }
}

function* candidates({ linkType, layers }: FrameFacts): Generator<FrameFacts> {
  for (let inside = 2; inside < layers.length; inside++) {
    if (startsWithAddress(layers[inside]!)) yield frameOf(rawLink, [bare, ...layers.slice(inside)])
  }
  if (layers.length > 1 && layers[0]!.protocol !== raw && startsWithAddress(layers[1]!)) {
    yield frameOf(rawLink, [bare, ...layers.slice(1)])
  }
  for (let kept = 1; kept < layers.length; kept++) yield frameOf(linkType, layers.slice(0, kept))
  for (const [index, each] of layers.entries()) {
    for (const smaller of smallerLayers(each, layers[index + 1])) {
      yield frameOf(
        linkType,
        layers.map((other, at) => (at === index ? smaller : other)),
      )
    }
  }
}

const rawLink = 101
const bare: LayerToEncode = { protocol: raw, packet: {}, given: new Set(), claims: {}, trailer: noOctets }

/** IPv4 and IPv6, which stand alone in a frame. */
function startsWithAddress({ protocol }: LayerToEncode): boolean {
  return dmvpn.next('ethertype', 0x0800) === protocol || dmvpn.next('ethertype', 0x86dd) === protocol
}

function* smallerLayers(of: LayerToEncode, inside: LayerToEncode | undefined): Generator<LayerToEncode> {
  const { protocol, packet, claims, trailer } = of
  if (trailer.length > 0) yield { ...of, trailer: noOctets }
  const lies = Object.keys(claims)
  if (lies.length > 0) yield { ...of, claims: {} }
  for (const lie of lies.length > 1 ? lies : []) {
    yield { ...of, claims: Object.fromEntries(Object.entries(claims).filter(([name]) => name !== lie)) }
  }
  // The fact that says what is inside stays as it is, as long as something is.
  const fixed = inside === undefined ? undefined : protocol.selects?.fact
  for (const smaller of smallerValues(packet, protocol.defaults, fixed)) yield { ...of, packet: smaller }
}
