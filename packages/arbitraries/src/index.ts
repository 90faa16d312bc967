/**
 * Random packets for property tests, built on fast-check.
 *
 * For the continuous integration of whoever speaks NHRP, a routing daemon say. Feed it what `almostValid(nhrp)` makes
 * and see that it survives; feed it `packetOf(nhrp)` and compare what it understood with the facts; hand what it
 * sends to `factsOfFrame` and judge the facts.
 *
 *     import { almostValid, anyCapture, framesAsBytes, mutated, packetOf } from '@dmvpn/arbitraries'
 *     import { encode, nhrp } from '@dmvpn/protocols'
 *     import fc from 'fast-check'
 *
 *     // Every packet is answered, or dropped, but never fatal.
 *     await fc.assert(
 *       fc.asyncProperty(packetOf(nhrp), async packet => {
 *         await daemon.receive(encode(nhrp, packet))
 *         return daemon.isAlive()
 *       }),
 *     )
 *
 *     // A wrong packet is counted under its error; `rule` cites the paragraph it breaks, `at` the octet.
 *     fc.assert(fc.property(almostValid(nhrp), ({ bytes, rule, at }) => daemon.refuses(bytes, rule, at)))
 *
 *     // Nothing that happens to a frame on its way is fatal.
 *     fc.assert(fc.property(mutated(framesAsBytes().map(({ bytes }) => bytes)), bytes => daemon.survives(bytes)))
 *
 *     // A frame from the field that broke a law is kept as an example: it shrinks, fact by fact, like a generated one.
 *     fc.assert(fc.property(framesAsBytes(), law), { examples: [[{ linkType: 1, bytes: captured }]] })
 *
 * fast-check prints a seed and a path with every failure: give both back to `fc.assert` to see it again.
 *
 *  what                          gives
 *  packetOf(protocol)            facts of one protocol that `encode` accepts and `decode` reads back
 *  anyFrame(), frameAlong(path)  whole frames: layers from a link type on, each with the right number for the next
 *  framesAsBytes()               the same as octets, with the way back
 *  anyCapture()                  frames with times, for files
 *  almostValid(protocol)         packets with one fault that has a name, a rule and a place
 *  mutated(bytes)                octets after cuts, flips, splices
 *  ofLayout(layout)              any value of one header
 */
export type { AlmostValid, Flaw } from './almost-valid/flaw.ts'
export { almostValid, flaws } from './almost-valid.ts'
export { factsOfFrame, framesAsBytes } from './as-bytes.ts'
export { type Damage, damaged, mutated } from './bytes.ts'
export { anyCapture, type CapturedFrame, type CaptureOptions, type RecordTime } from './captures.ts'
export { carriesOctets, firstSteps, type Step, stepsFrom } from './carried.ts'
export { anyFrame, type FrameFacts, type FrameOctets, frameAlong, frameOf, octetsOfFrame } from './frames.ts'
export { ofLayout, ofRow } from './of-layout.ts'
export { hasPackets, packetOf } from './packet-of.ts'
export { anyAddress, anyIpv4, anyIpv6, anyMac, anySubaddress, oddAddress } from './packets/addresses.ts'
export { anyErrorIndication, anyExchange, anyNhrp, anyTrafficIndication } from './packets/nhrp.ts'
export { anyCie } from './packets/nhrp-cie.ts'
export { anyExtension, anyKey } from './packets/nhrp-extensions.ts'
export { anyPath, type Path, pathsTo } from './paths.ts'
export { alone, type Place } from './place.ts'
export { smallerFrames } from './shrink.ts'
export { bitsOf } from './values.ts'
