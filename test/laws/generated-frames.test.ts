/** Laws 3 to 9 over generated frames: what holds for captures holds for what nobody has captured yet. */
import { anyFrame, type FrameOctets, framesAsBytes, mutated, octetsOfFrame } from '@dmvpn/arbitraries'
import {
  Catalogue,
  decodeRecord,
  dissect,
  type LeafRange,
  leafRanges,
  recordOf,
  Session,
  type TreeNode,
} from '@dmvpn/dissect'
import { claimsOf, dmvpn, type Frame, recode } from '@dmvpn/protocols'
import { formatHex } from '@dmvpn/wire'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { expectEqual } from './expect-equal.ts'
import { foundFrames } from './found/frames.ts'
import { oddities } from './oddities.ts'

const frames = framesAsBytes()

function notesOf(tree: readonly TreeNode[]): readonly TreeNode[] {
  return tree.flatMap(node => (node.kind === 'note' ? [node] : notesOf(node.children)))
}

function countNodes(tree: readonly TreeNode[]): number {
  return tree.reduce((count, node) => count + (node.title === '' ? 0 : 1) + countNodes(node.children), 0)
}

/** What two decodings must share: everything but the buffer they lie in. */
function understood(frame: Frame): unknown {
  const layers = frame.layers.map(({ protocol, packet, at, body, end }, index) => {
    return { name: protocol.name, packet, at, body, end, claims: claimsOf(frame, index) }
  })
  return { layers, fault: frame.fault, stoppedAt: frame.stoppedAt }
}

/** The leaves of the frame itself, as `name from to` in bits. */
function leavesOf({ bytes, linkType }: FrameOctets, missing = 0): { readonly leaf: string; readonly to: number }[] {
  const { witness } = dissect(dmvpn, recordOf(bytes, linkType, { originalLength: bytes.length + missing }))
  const leaves = leafRanges(witness).filter(({ source }) => source === 0)
  return leaves.map(({ name, from, to }) => ({ leaf: `${name} ${from} ${to}`, to }))
}

test('law 3: every layer is read back, and every trailer', () => {
  fc.assert(
    fc.property(anyFrame(), facts => {
      const { bytes, linkType } = octetsOfFrame(facts)
      const frame = dmvpn.decode(bytes, linkType)
      expect(frame.fault).toBeUndefined()
      expect(frame.layers.map(({ protocol }) => protocol.name)).toEqual(
        facts.layers.map(({ protocol }) => protocol.name),
      )
      expectEqual(
        frame.layers.map(({ packet }) => packet),
        facts.layers.map(({ packet }) => packet),
      )
      const trailers = frame.layers.map((_, index) => bytes.slice(...frame.trailing(index)))
      expectEqual(
        trailers,
        facts.layers.map(({ trailer }) => trailer),
      )
    }),
    { numRuns: 1500 },
  )
})

test('law 4: decoded and encoded with its claims, a frame is itself again', () => {
  fc.assert(
    fc.property(frames, ({ bytes, linkType }) => {
      expect(formatHex(recode(dmvpn.decode(bytes, linkType)))).toBe(formatHex(bytes))
    }),
    { numRuns: 1500, examples: foundFrames },
  )
})

const damagedFrames = frames.chain(({ bytes, linkType }) =>
  mutated(fc.constant(bytes)).map((damaged): FrameOctets => ({ bytes: damaged, linkType })),
)

test('laws 4, 7 and 9: and so is a damaged one, whose tree is within bounds', () => {
  fc.assert(
    fc.property(damagedFrames, ({ bytes, linkType }) => {
      const { tree, frame } = dissect(dmvpn, recordOf(bytes, linkType))
      expect(countNodes(tree)).toBeLessThan(300 + 40 * bytes.length)
      const alone = dmvpn.decode(bytes, linkType)
      expect(formatHex(recode(alone))).toBe(formatHex(bytes))
      expectEqual(understood(frame), understood(unwatched({ bytes, linkType })))
    }),
    { numRuns: 1200 },
  )
})

test('law 5: with every checksum verified, no note but of odd facts', () => {
  fc.assert(
    fc.property(anyFrame(), facts => {
      const { bytes, linkType } = octetsOfFrame(facts)
      const { tree } = dissect(dmvpn, recordOf(bytes, linkType), { verify: true })
      const wrong = notesOf(tree).filter(({ field }) => field!.severity !== 'chat' && !oddities.has(field!.name))
      expect(wrong.map(({ title }) => title)).toEqual([])
    }),
    { numRuns: 1000 },
  )
})

test('law 6: the tree of a prefix is a prefix of the tree, up to the header that is cut', () => {
  fc.assert(
    fc.property(frames, frame => {
      const whole = new Set(leavesOf(frame).map(({ leaf }) => leaf))
      for (let length = 0; length < frame.bytes.length; length++) {
        const cut = { bytes: frame.bytes.subarray(0, length), linkType: frame.linkType }
        const decoded = dmvpn.decode(cut.bytes, cut.linkType)
        expectEqual(formatHex(recode(decoded)), formatHex(cut.bytes))
        // How a header is read may depend on octets behind the cut; what stands before it may not.
        const known = 8 * (decoded.stoppedAt ?? decoded.layers.at(-1)?.at ?? 0)
        const before = leavesOf(cut, frame.bytes.length - length).filter(({ to }) => to <= known)
        expectEqual(
          before.map(({ leaf }) => leaf).filter(leaf => !whole.has(leaf)),
          [],
        )
      }
    }),
    { numRuns: 40, examples: foundFrames },
  )
})

test('law 8: leaf bit ranges, ordered, neither overlap nor leave a gap, and every name is in the catalogue', () => {
  const catalogue = new Catalogue(dmvpn)
  fc.assert(
    fc.property(frames, frame => {
      const { witness, tree, frame: decoded } = dissect(dmvpn, recordOf(frame.bytes, frame.linkType))
      let bit = 0
      for (const leaf of leavesInOrder(leafRanges(witness))) {
        if (leaf.from !== bit) expect(leaf.from, leaf.name).toBe(bit)
        bit = leaf.to
      }
      if (decoded.fault === undefined) expect(bit).toBe(8 * frame.bytes.length)
      const unknown = namesOf(tree).filter(name => catalogue.find(name) === undefined)
      expect(unknown).toEqual([])
    }),
    { numRuns: 1000, examples: foundFrames },
  )
})

/** A quotation that stops inside an octet is shown by whole octets from there on: the cut begins where fields end. */
function leavesInOrder(leaves: readonly LeafRange[]): readonly LeafRange[] {
  const own = leaves.filter(({ source }) => source === 0)
  const placed = own.map(leaf => {
    if (leaf.name !== 'data.cut') return leaf
    const shared = own.filter(other => other !== leaf && other.from >>> 3 === leaf.from >>> 3)
    return { ...leaf, from: Math.max(leaf.from, ...shared.map(({ to }) => to)) }
  })
  return placed.toSorted((a, b) => a.from - b.from)
}

function namesOf(tree: readonly TreeNode[]): readonly string[] {
  return tree.flatMap(({ field, children }) => [...(field === undefined ? [] : [field.name]), ...namesOf(children)])
}

test('law 9: the witness changes nothing', () => {
  fc.assert(
    fc.property(frames, ({ bytes, linkType }) => {
      const { frame } = dissect(dmvpn, recordOf(bytes, linkType))
      expectEqual(understood(frame), understood(unwatched({ bytes, linkType })))
    }),
    { numRuns: 1000, examples: foundFrames },
  )
})

/** With a session of its own, as a dissection has: what becomes of a fragment is a session's doing. */
function unwatched({ bytes, linkType }: FrameOctets): Frame {
  return decodeRecord(dmvpn, recordOf(bytes, linkType), new Session())
}
