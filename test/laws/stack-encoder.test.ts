/** What a stack encoder makes of facts is what `encodeLayers` makes of them, over samples and generated frames. */
import { anyFrame } from '@dmvpn/arbitraries'
import { dmvpn, encodeLayers, type LayerToEncode, layersOf, PacketMemory, stackEncoder } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distinctFrames, sampleFrames } from '../samples.ts'

/** The layers with nothing but defaults, where facts are to be the packet's own. */
function bare(layers: readonly LayerToEncode[]): readonly LayerToEncode[] {
  return layers.map(each => ({ ...each, packet: each.protocol.defaults }))
}

test('every distinct frame of the samples: all facts in common, or all of them its own', () => {
  const memory = new PacketMemory()
  let layersSeen = 0
  for (const { name, bytes, linkType } of distinctFrames(sampleFrames())) {
    const layers = layersOf(dmvpn.decode(bytes, linkType))
    layersSeen += layers.length
    const common = stackEncoder(layers).encode(
      layers.map(() => undefined),
      memory,
    )
    // Twice: what is left of the first packet must not show in the second.
    const encoder = stackEncoder(bare(layers))
    const own = layers.map(({ packet }) => packet as object)
    encoder.encode(own, memory)
    const again = encoder.encode(own, memory)
    expect(`${name} ${formatHex(common)} ${formatHex(again)}`).toBe(`${name} ${formatHex(bytes)} ${formatHex(bytes)}`)
  }
  expect(layersSeen).toBeGreaterThan(1000)
})

test('generated frames: some facts in common, the others their own', () => {
  const memory = new PacketMemory()
  fc.assert(
    fc.property(anyFrame(), fc.nat(), ({ layers }, choice) => {
      const own = layers.map(({ packet }, n) => {
        const facts = Object.entries(packet as object)
        return (choice + n) % 5 === 0 ? undefined : Object.fromEntries(facts.filter((_, k) => (choice + k) % 3 !== 0))
      })
      // Whatever is a packet's own is something else, of the right kind, among the common facts.
      const common = layers.map((each, n) => {
        const { defaults } = each.protocol
        const hidden = Object.fromEntries(Object.keys(own[n] ?? {}).map(key => [key, (defaults as Keyed)[key]]))
        return { ...each, packet: { ...(each.packet as object), ...hidden } }
      })
      const expected = formatHex(encodeLayers(layers))
      const encoder = stackEncoder(common)
      expect(formatHex(encoder.encode(own))).toBe(expected)
      expect(formatHex(encoder.encode(own, memory))).toBe(expected)
    }),
    { numRuns: 300 },
  )
})

type Keyed = Readonly<Record<string, unknown>>
