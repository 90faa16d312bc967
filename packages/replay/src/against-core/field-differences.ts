/** Two packets of a tunnel compared field by field, on their trees. */
import { dissect, recordOf, type TreeNode, valueText } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { align } from '../diff/align.ts'
import { usuallyIgnored } from '../diff/compared-fields.ts'
import type { CoreDifference } from './core-verdict.ts'
import { outerLength } from './tunnel-packet.ts'

export interface WhereSeen {
  /** Offset of the GRE header in the frame, and of the outer IP header, where that is there. */
  readonly greAt: number
  readonly outerAt: number | undefined
  /** The type of the NHRP message compared; undefined where what the tunnel carries is IP. */
  readonly message: number | undefined
}

interface Leaf {
  readonly name: string
  /** As exports write it, secrets included: what is compared. */
  readonly value: string
  /** What may be shown of it. */
  readonly shown: string
  readonly at: number
  readonly end: number
}

const ipv4Link = 228
const ignored: ReadonlySet<string> = new Set(usuallyIgnored)
/** Of the outer header the one field that is the station's decision whatever lies between it and the tap. */
const ofOuter: ReadonlySet<string> = new Set(['ip.dst'])
/** Of packets that pass through: what a router changes. */
const ofPassing: ReadonlySet<string> = new Set(['ip.ttl', 'ipv6.hlim'])

/** Where two packets of a tunnel differ. */
export function packetDifferences(observed: Uint8Array, predicted: Uint8Array, where: WhereSeen): CoreDifference[] {
  const seen = leavesOf(observed, where.message !== undefined)
  const said = leavesOf(predicted, where.message !== undefined)
  const numbers = new Map<string, number>()
  const numbered = (leaves: readonly Leaf[]): number[] =>
    leaves.map(({ name }) => {
      const number = numbers.get(name) ?? numbers.size
      numbers.set(name, number)
      return number
    })
  const matches = align(numbered(said), numbered(seen))
  const differences: CoreDifference[] = []
  let nextSaid = 0
  let nextSeen = 0
  for (const [a, b] of [...matches, [said.length, seen.length] as const]) {
    for (; nextSaid < a; nextSaid++) differences.push({ field: said[nextSaid]!.name, expected: said[nextSaid]!.shown })
    for (; nextSeen < b; nextSeen++) differences.push(observedOnly(seen[nextSeen]!, where))
    const expected = said[nextSaid++]
    const found = seen[nextSeen++]
    if (expected === undefined || found === undefined || isSame(expected, found, where.message)) continue
    differences.push({ ...observedOnly(found, where), expected: expected.shown })
  }
  return differences
}

function observedOnly(leaf: Leaf, where: WhereSeen): CoreDifference {
  const range = rangeOf(leaf, where)
  return { field: leaf.name, observed: leaf.shown, ...(range === undefined ? {} : { range }) }
}

/** Octets in the frame: the packets compared have an outer header of their own. */
function rangeOf({ at, end }: Leaf, { greAt, outerAt }: WhereSeen): readonly [number, number] | undefined {
  if (at >= outerLength) return [at - outerLength + greAt, end - outerLength + greAt]
  return outerAt === undefined ? undefined : [at + outerAt, end + outerAt]
}

const resolutionReply = 2
/** Seconds that clocks and the time on the way make of what is left of a life. */
const tolerance = 2

function isSame(expected: Leaf, found: Leaf, message: number | undefined): boolean {
  if (expected.value === found.value) return true
  const isRemaining = found.name === 'nhrp.htime' && message === resolutionReply
  return isRemaining && Math.abs(Number(expected.value) - Number(found.value)) <= tolerance
}

function leavesOf(bytes: Uint8Array, isMessage: boolean): Leaf[] {
  const leaves: Leaf[] = []
  let isOuter = true
  for (const layer of dissect(dmvpn, recordOf(bytes, ipv4Link)).tree) {
    if (layer.name === 'frame' || layer.name === 'raw') continue
    if (layer.name === 'gre') isOuter = false
    const named = isOuter ? ofOuter : isMessage || layer.name === 'gre' ? undefined : ofPassing
    collect(layer, leaves, named)
    if (layer.name === 'ip' && !isOuter && !isMessage) break
  }
  return leaves
}

/** A node speaks for itself where nothing below it does. Whether anything was there. */
function collect(node: TreeNode, leaves: Leaf[], named: ReadonlySet<string> | undefined): boolean {
  if (node.kind === 'note' || node.hidden || node.generated) return false
  let below = false
  for (const child of node.children) if (collect(child, leaves, named)) below = true
  if (below || node.kind === 'subtree' || node.kind === 'layer') return below
  const { field, name, value, at, length, bit } = node
  if (field === undefined || ignored.has(name)) return true
  if (named !== undefined && !named.has(name)) return true
  const first = at + (bit === undefined ? 0 : bit.first >> 3)
  const end = bit === undefined ? at + length : at + ((bit.first + bit.width + 7) >> 3)
  const text = valueText(field, value)
  leaves.push({
    name,
    value: text,
    shown: field.secret ? valueText(field, value, 'fields', false) : text,
    at: first,
    end,
  })
  return true
}
