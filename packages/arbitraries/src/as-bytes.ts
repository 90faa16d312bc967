/**
 * Frames as octets, with the way back: octets from elsewhere, such as a captured frame given as an example, decode to
 * facts, so that what breaks a law shrinks fact by fact to the least that breaks it, generated or not.
 */
import { dmvpn, encodeLayers, type LayerToEncode, layersOf } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import fc from 'fast-check'
import { anyFrame, type FrameFacts, type FrameOctets, frameInWords, frameOf, octetsOfFrame } from './frames.ts'
import { saying } from './in-words.ts'
import { smallerFrames } from './shrink.ts'

/** Frames as octets. Any octets with a link type are one, and may be given as `examples` of a property. */
export function framesAsBytes(): fc.Arbitrary<FrameOctets> {
  return new Frames().map(frame => inWords(octetsOfFrame(frame)), factsOfFrame)
}

/** The facts of any octets, and the lies in them: encoded, they are the same octets again. */
export function factsOfFrame(frame: unknown): FrameFacts {
  if (!isFrameOctets(frame)) throw new TypeError('not a frame')
  const { bytes, linkType } = frame
  return frameOf(linkType, withoutTruths(layersOf(dmvpn.decode(bytes, linkType)), formatHex(bytes)))
}

/** Layers without the claims that are true anyway: what is left is a lie. */
function withoutTruths(layers: readonly LayerToEncode[], wanted: string): readonly LayerToEncode[] {
  const honest = layers.map(each => ({ ...each, claims: {} }))
  if (formatHex(encodeLayers(honest)) === wanted) return honest
  let left = layers
  for (const [index, { claims }] of layers.entries()) {
    for (const name of Object.keys(claims)) {
      const without = left.with(index, { ...left[index]!, claims: omit(left[index]!.claims, name) })
      if (formatHex(encodeLayers(without)) === wanted) left = without
    }
  }
  return left
}

function omit(claims: LayerToEncode['claims'], name: string): LayerToEncode['claims'] {
  return Object.fromEntries(Object.entries(claims).filter(([other]) => other !== name))
}

function isFrameOctets(value: unknown): value is FrameOctets {
  if (typeof value !== 'object' || value === null || !('bytes' in value) || !('linkType' in value)) return false
  return value.bytes instanceof Uint8Array && typeof value.linkType === 'number'
}

function inWords(frame: FrameOctets): FrameOctets {
  return saying(frame, each => `${frameInWords(factsOfFrame(each))} = ${formatHex(each.bytes)}`)
}

/** Frames that shrink by their facts and need no memory of how they were generated. */
class Frames extends fc.Arbitrary<FrameFacts> {
  private readonly source = anyFrame()

  override generate(random: fc.Random, bias: number | undefined): fc.Value<FrameFacts> {
    return new fc.Value(this.source.generate(random, bias).value_, undefined)
  }

  override canShrinkWithoutContext(value: unknown): value is FrameFacts {
    return typeof value === 'object' && value !== null && 'layers' in value && 'linkType' in value
  }

  override shrink(frame: FrameFacts): fc.Stream<fc.Value<FrameFacts>> {
    return fc.stream(smallerFrames(frame)).map(smaller => new fc.Value(smaller, undefined))
  }
}
