/** Which field owns an octet of a frame, as our own walk sees it. */
import { dissect, type LeafRange, leafRanges, recordOf } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import type { FuzzCase } from './fuzz-case.ts'

/** A field's place in the frame, in bits from its first octet. */
export interface Place {
  /** Wireshark's name. */
  readonly name: string
  readonly from: number
  readonly width: number
  /** Whether it is a length, a count, an offset, a type, a checksum: what walks are steered by. */
  readonly steers: boolean
}

const steering =
  /(?:len|size|pktsz|extoff|hdr_len|plen|_tl|offset|count|num|type|proto|nxt|flags?|version|halen|chksum|checksum)(?:\.|$)/

/** Cases are parents again and again; nobody changes them. */
const known = new WeakMap<FuzzCase, readonly Place[]>()

/** Every leaf of the frame's own octets, in their order; none where our walk breaks its word and throws. */
export function placesOf(input: FuzzCase): readonly Place[] {
  const places = known.get(input) ?? placesIn(input)
  known.set(input, places)
  return places
}

function placesIn({ bytes, linkType }: FuzzCase): readonly Place[] {
  try {
    return leafRanges(dissect(dmvpn, recordOf(bytes, linkType)).witness)
      .filter(({ source }: LeafRange) => source === 0)
      .map(({ name, from, to }) => ({ name, from, width: to - from, steers: steering.test(name) }))
  } catch {
    return []
  }
}

/** Wireshark's name of the field that a bit belongs to, counted from the frame's first; empty where none does. */
export function fieldAt(input: FuzzCase, bit: number): string {
  return placesOf(input).find(({ from, width }) => from <= bit && from + width > bit)?.name ?? ''
}
