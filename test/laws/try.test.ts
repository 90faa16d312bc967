import { anyFrame, octetsOfFrame } from '@dmvpn/arbitraries'
import { dmvpn, recode } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
test('stats', () => {
  const counts = new Map<string, number>()
  const t = performance.now()
  const all = fc.sample(anyFrame(), 3000)
  console.log('generate', performance.now() - t)
  let octets = 0
  for (const f of all) { octets += octetsOfFrame(f).bytes.length; for (const l of f.layers) counts.set(l.protocol.name, (counts.get(l.protocol.name) ?? 0) + 1) }
  console.log([...counts].sort((a, b) => b[1] - a[1]).map(([n, c]) => `${n} ${c}`).join(', '), octets / all.length)
})
test('round', () => {
    fc.assert(
      fc.property(anyFrame(), facts => {
        const { bytes, linkType } = octetsOfFrame(facts)
        const frame = dmvpn.decode(bytes, linkType)
        expect(frame.fault).toBeUndefined()
        expect(frame.layers.map(({ protocol: { name }, packet }) => ({ name, packet }))).toEqual(
          facts.layers.map(({ protocol: { name }, packet }) => ({ name, packet })),
        )
        expect(frame.layers.map((_, index) => frame.trailing(index)).map(([a, b]) => b - a)).toEqual(facts.layers.map(l => l.trailer.length))
        expect(formatHex(recode(frame))).toBe(formatHex(bytes))
      }),
      { numRuns: 5000 },
    )
})
