/**
 * Which frame of one capture is which of another. Frames about the same (message, stations) are aligned in their order,
 * whatever else lies between them and whenever they were sent; what is left is looked for among frames of its kind, and
 * at last in its place.
 */
import { align, type Matches } from './align.ts'
import type { CaptureDigest } from './capture-digest.ts'

export interface Pairing {
  /** Places in the digests; in the order of the first capture. */
  readonly pairs: Matches
  /** Places in the first digest that nothing in the second belongs to, and the other way round. */
  readonly missing: readonly number[]
  readonly extra: readonly number[]
}

/** Pairs the frames of two captures. */
export function pairFrames(a: CaptureDigest, b: CaptureDigest): Pairing {
  const partners = new Int32Array(a.frames.length).fill(-1)
  const taken = new Uint8Array(b.frames.length)
  const settle = (matches: Matches): void => {
    for (const [i, j] of matches) {
      partners[i] = j
      taken[j] = 1
    }
  }
  const inB = groupsOf(b.subjects)
  for (const [subject, list] of groupsOf(a.subjects)) settle(pairGroup(a, b, list, inB.get(subject) ?? []))
  settle(pairLeftovers(a.kinds, b.kinds, partners, taken))
  settle(pairInPlace(partners, taken))
  const pairs: [number, number][] = []
  const missing: number[] = []
  partners.forEach((j, i) => (j < 0 ? missing.push(i) : pairs.push([i, j])))
  return { pairs, missing, extra: placesOf(taken) }
}

/** Frames about one thing: where both captures count their requests alike, the request ids decide. */
function pairGroup(a: CaptureDigest, b: CaptureDigest, inA: readonly number[], inB: readonly number[]): Matches {
  const byContent = align(contentsOf(a, inA), contentsOf(b, inB))
  const byRequest = align(contentsOf(a, inA, true), contentsOf(b, inB, true))
  const counted = byRequest.length >= byContent.length
  const anchors = counted ? byRequest : byContent
  const found: (readonly [number, number])[] = []
  let [fromA, fromB] = [0, 0]
  for (const [i, j] of [...anchors, [inA.length, inB.length] as const]) {
    found.push(...pairGap(a, b, inA.slice(fromA, i), inB.slice(fromB, j), counted))
    if (i < inA.length) found.push([inA[i]!, inB[j]!])
    fromA = i + 1
    fromB = j + 1
  }
  return found
}

/** What differs between two frames that are equal: first by request id, then in order. */
function pairGap(
  a: CaptureDigest,
  b: CaptureDigest,
  inA: readonly number[],
  inB: readonly number[],
  counted: boolean,
): Matches {
  if (inA.length === 0 || inB.length === 0) return []
  const same = counted
    ? align(
        inA.map(i => a.requests[i]!),
        inB.map(j => b.requests[j]!),
      )
    : []
  const found: (readonly [number, number])[] = []
  let [fromA, fromB] = [0, 0]
  for (const [i, j] of [...same, [inA.length, inB.length] as const]) {
    // Two that count their requests, and count them differently, are two things.
    const free = (place: number, digest: CaptureDigest): boolean => !counted || digest.requests[place]! < 0
    const restA = inA.slice(fromA, i).filter(place => inA.length === inB.length || free(place, a))
    const restB = inB.slice(fromB, j).filter(place => inA.length === inB.length || free(place, b))
    for (let k = 0; k < Math.min(restA.length, restB.length); k++) found.push([restA[k]!, restB[k]!])
    if (i < inA.length) found.push([inA[i]!, inB[j]!])
    fromA = i + 1
    fromB = j + 1
  }
  return found
}

/** How far from where it should be a frame of the same kind is looked for: farther away it is another one. */
const reach = 8

/** Frames of one kind whose stations differ: each goes with the nearest to where it should be. */
function pairLeftovers(
  kindsA: readonly number[],
  kindsB: readonly number[],
  partners: Int32Array,
  taken: Uint8Array,
): Matches {
  const free = groupsOf(kindsB, place => taken[place] === 0)
  const found: (readonly [number, number])[] = []
  let expected = 0
  for (let i = 0; i < kindsA.length; i++) {
    const candidates = partners[i]! < 0 ? free.get(kindsA[i]!) : undefined
    let partner = partners[i]!
    if (candidates !== undefined && candidates.length > 0) {
      const at = nearest(candidates, expected)
      if (Math.abs(candidates[at]! - expected) <= reach) {
        partner = candidates[at]!
        candidates.splice(at, 1)
        found.push([i, partner])
      }
    }
    if (partner >= 0) expected = partner + 1
  }
  return found
}

/** A frame of another kind in the very place of one that is missing: its kind is what differs. */
function pairInPlace(partners: Int32Array, taken: Uint8Array): Matches {
  const found: (readonly [number, number])[] = []
  for (let i = 0, expected = 0; i < partners.length; i++) {
    if (partners[i]! >= 0) expected = partners[i]! + 1
    else if (taken[expected] === 0) {
      const next = partners[i + 1]
      if (next === undefined ? expected === taken.length - 1 : next === expected + 1) found.push([i, expected])
    }
  }
  return found
}

/** The index of the number that is nearest to a wanted one, in an ascending list. */
function nearest(list: readonly number[], wanted: number): number {
  let [low, high] = [0, list.length - 1]
  while (low < high) {
    const half = (low + high) >>> 1
    if (list[half]! < wanted) low = half + 1
    else high = half
  }
  return low > 0 && wanted - list[low - 1]! < Math.abs(list[low]! - wanted) ? low - 1 : low
}

function groupsOf(keys: readonly number[], wanted: (place: number) => boolean = () => true): Map<number, number[]> {
  const groups = new Map<number, number[]>()
  for (let place = 0; place < keys.length; place++) {
    if (!wanted(place)) continue
    const group = groups.get(keys[place]!)
    if (group === undefined) groups.set(keys[place]!, [place])
    else group.push(place)
  }
  return groups
}

function contentsOf(digest: CaptureDigest, places: readonly number[], counted = false): readonly number[] {
  return places.map(place => {
    const content = digest.contents[place]!
    const request = digest.requests[place]!
    // Of one request 20 bits are enough to tell what is equal: whoever is taken for equal is compared in full later.
    return counted && request >= 0 ? (content % 0x100000) * 0x100000000 + request : content
  })
}

function placesOf(taken: Uint8Array): readonly number[] {
  const places: number[] = []
  taken.forEach((each, place) => {
    if (each === 0) places.push(place)
  })
  return places
}
