/** Shortest paths of random networks are as short as those of another algorithm, whatever the costs. */
import { formatPrefix } from '@dmvpn/core'
import { ipv4Of as ip } from '@dmvpn/wire'
import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { type Member, meshed } from './mesh.ts'
import { processOf, until } from './network.ts'

/** Costs of each router's tunnel, and who has mappings of whom. */
const networks = fc.integer({ min: 2, max: 6 }).chain(count =>
  fc.record({
    costs: fc.array(fc.integer({ min: 1, max: 40 }), { minLength: count, maxLength: count }),
    links: fc.array(fc.boolean(), { minLength: count * count, maxLength: count * count }),
  }),
)

test.prop([networks], { numRuns: 25 })('point-to-multipoint networks of any shape', ({ costs, links }) => {
  const count = costs.length
  const linked = (a: number, b: number): boolean => a !== b && links[Math.min(a, b) * count + Math.max(a, b)]!
  const of = meshed(
    costs.map(
      (cost, index): Member => ({
        ospf: { network: 'point-to-multipoint', cost },
        reaches: costs.flatMap((_, other) => (linked(index, other) ? [other + 1] : [])),
      }),
    ),
  )
  until(of, 60)
  const distances = costs.map((_, from) => costs.map((_, to) => (from === to ? 0 : Number.POSITIVE_INFINITY)))
  for (let a = 0; a < count; a++) for (let b = 0; b < count; b++) if (linked(a, b)) distances[a]![b] = costs[a]!
  for (let by = 0; by < count; by++)
    for (let a = 0; a < count; a++)
      for (let b = 0; b < count; b++)
        distances[a]![b] = Math.min(distances[a]![b]!, distances[a]![by]! + distances[by]![b]!)
  for (let from = 0; from < count; from++) {
    const { routes } = processOf(of, `R${from + 1}`)
    for (let to = 0; to < count; to++) {
      const route = routes.get(formatPrefix({ address: ip(`10.0.0.${to + 1}`), length: 32 }))
      expect(route?.cost ?? Number.POSITIVE_INFINITY).toBe(distances[from]![to])
    }
  }
})
