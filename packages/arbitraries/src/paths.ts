/** Ways through a frame: from a link type along the edges, layer by layer. */
import { type AnyProtocol, type Edge, esp, gre, ipv4, ipv6, nhrp, udp } from '@dmvpn/protocols'
import fc from 'fast-check'
import { firstSteps, type Step, stepsFrom } from './carried.ts'

/** Steps from the outside in; the first edge is a link type. Never empty. */
export type Path = readonly [Step, ...Step[]]

/** How much likelier than others a step to these is. */
const weights: ReadonlyMap<AnyProtocol, number> = new Map<AnyProtocol, number>([
  [nhrp, 8],
  [gre, 6],
  [ipv4, 6],
  [ipv6, 2],
  [esp, 2],
  [udp, 2],
])
const ethernetLink = 1
const rawLink = 101

/** Every step on, the likelier ones several times; the first of them is where a shrinking path turns to. */
function stepsOn({ protocol, edge }: Step): readonly Step[] {
  const key = `${protocol.name} ${edge.table} ${edge.key}`
  const found = weighted.get(key)
  if (found !== undefined) return found
  const steps = stepsFrom(protocol, edge)
  const likelier = steps.filter(step => weights.has(step.protocol))
  const list = [...likelier.flatMap(step => Array<Step>(weights.get(step.protocol)!).fill(step)), ...steps]
  weighted.set(key, list)
  return list
}

const weighted = new Map<string, readonly Step[]>()

const starts = [
  ...firstSteps().filter(({ edge }) => edge.key === rawLink || edge.key === ethernetLink),
  ...firstSteps().filter(({ edge }) => edge.key === ethernetLink),
  ...firstSteps(),
]

/** Paths of up to `longest` layers. Fewer choices make a shorter path, smaller ones the usual layers. */
export function anyPath(longest = 9): fc.Arbitrary<Path> {
  return fc.array(fc.nat(4999), { minLength: 1, maxLength: longest, size: 'max' }).map(choices => pathOf(choices))
}

function pathOf(choices: readonly number[]): Path {
  const first = starts[choices[0]! % starts.length]!
  const path: [Step, ...Step[]] = [first]
  let last = first
  for (const choice of choices.slice(1)) {
    const steps = stepsOn(last)
    if (steps.length === 0) break
    last = steps[choice % steps.length]!
    path.push(last)
  }
  return path
}

/**
 * For every edge by which `protocol` is found in a frame, one of the shortest paths that end in it. An edge that only a
 * quotation uses has none.
 */
export function pathsTo(protocol: AnyProtocol): readonly Path[] {
  const paths: Path[] = []
  for (const edge of protocol.over) {
    const path = pathAlong(edge)
    if (path !== undefined) paths.push(path)
  }
  return paths
}

/** Breadth first: the first path that arrives is a shortest one. */
function pathAlong(wanted: Edge): Path | undefined {
  const seen = new Set<AnyProtocol>()
  let paths: Path[] = starts.map((step): Path => [step])
  while (paths.length > 0) {
    const further: Path[] = []
    for (const path of paths) {
      const last = path.at(-1)!
      if (isSame(last.edge, wanted)) return path
      if (seen.has(last.protocol)) continue
      seen.add(last.protocol)
      for (const step of stepsFrom(last.protocol, last.edge)) further.push([...path, step])
    }
    paths = further
  }
  return undefined
}

function isSame(a: Edge, b: Edge): boolean {
  return a.table === b.table && a.key === b.key
}
