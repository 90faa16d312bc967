/** Laws 4 and 6 to 9, over every frame of every sample and every vector. */
import { mutated } from '@dmvpn/arbitraries'
import { Catalogue, dissect, leafRanges, recordOf, type TreeNode } from '@dmvpn/dissect'
import { claimsOf, dmvpn, type Frame, recode } from '@dmvpn/protocols'
import { formatHex, describe as sentence } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distinctFrames, type SampleFrame, sampleFrames } from '../samples.ts'
import { expectEqual } from './expect-equal.ts'

const frames = sampleFrames()
const shapes = distinctFrames(frames)

/** What two decodings must share: everything but the buffer they lie in. */
function understood(frame: Frame): unknown {
  const layers = frame.layers.map(({ protocol, packet, at, body, end }) => ({
    name: protocol.name,
    packet,
    at,
    body,
    end,
  }))
  return { layers, fault: frame.fault, stoppedAt: frame.stoppedAt }
}

function dissected(frame: SampleFrame): ReturnType<typeof dissect> {
  const { originalLength, fcsLength } = frame
  return dissect(dmvpn, recordOf(frame.bytes, frame.linkType, { originalLength, fcsLength }))
}

test('there are frames to judge', () => {
  expect(frames.length).toBeGreaterThan(2000)
  expect(shapes.length).toBeGreaterThan(300)
})

describe('law 4, fidelity', () => {
  test('every frame, decoded and encoded with its claims, is itself again', () => {
    for (const { name, bytes, linkType } of frames) {
      const again = recode(dmvpn.decode(bytes, linkType))
      if (formatHex(again) !== formatHex(bytes))
        expect(`${name} ${formatHex(again)}`).toBe(`${name} ${formatHex(bytes)}`)
    }
  })

  test('and so is every mutated frame', () => {
    const any = fc.constantFrom(...shapes)
    fc.assert(
      fc.property(any, fc.context(), mutated(any.map(({ bytes }) => bytes)), ({ linkType }, context, bytes) => {
        context.log(formatHex(bytes))
        expect(formatHex(recode(dmvpn.decode(bytes, linkType)))).toBe(formatHex(bytes))
      }),
      { numRuns: 5000 },
    )
  })
})

describe('law 6, every shorter length', () => {
  test('each prefix of each frame decodes without an exception, and keeps what the whole frame shares with it', () => {
    for (const { name, bytes, linkType } of shapes) {
      // Headers are cut everywhere, long payloads here and there.
      for (let length = 0; length < bytes.length; length += length < 160 ? 1 : 13) {
        const { length: again } = recode(dmvpn.decode(bytes.subarray(0, length), linkType))
        if (again !== length) expect(again, `${name} cut at ${length}`).toBe(length)
      }
    }
  })

  test('a prefix that ends inside a header is truncated, in that header or in one that reaches around it', () => {
    for (const { name, bytes, linkType } of shapes) {
      const whole = dmvpn.decode(bytes, linkType)
      if (whole.fault !== undefined) continue
      for (const layer of whole.layers) {
        // A header of one octet has no inside.
        if (layer.protocol.name === 'data' || layer.body - layer.at < 2) continue
        const cut = dmvpn.decode(bytes.subarray(0, layer.body - 1), linkType)
        const said = cut.fault === undefined ? 'no fault' : sentence(cut.fault)
        expect(cut.fault?.fault, `${name} cut in ${layer.protocol.name} at ${layer.body - 1}: ${said}`).toBe(
          'truncated',
        )
      }
    }
  })
})

describe('law 7, no bytes throw', () => {
  test('damaged frames give a tree within bounds', () => {
    const any = fc.constantFrom(...shapes)
    fc.assert(
      fc.property(any, mutated(any.map(({ bytes }) => bytes)), ({ linkType }, bytes) => {
        const { tree } = dissect(dmvpn, recordOf(bytes, linkType))
        expect(countNodes(tree)).toBeLessThan(300 + 40 * bytes.length)
      }),
      { numRuns: 5000 },
    )
  })

  test('noise on every link type gives a tree', () => {
    const links = [0, 1, 9, 12, 14, 50, 51, 101, 108, 113, 228, 229, 276, 4711]
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...links), (bytes, linkType) => {
        countNodes(dissect(dmvpn, recordOf(bytes, linkType)).tree)
        expect(formatHex(recode(dmvpn.decode(bytes, linkType)))).toBe(formatHex(bytes))
      }),
      { numRuns: 4000 },
    )
  })
})

function countNodes(tree: readonly TreeNode[]): number {
  let count = 0
  for (const node of tree) count += (node.title === '' ? 0 : 1) + countNodes(node.children)
  return count
}

describe('law 8, the tree covers', () => {
  const catalogue = new Catalogue(dmvpn)

  test('leaf bit ranges, ordered, neither overlap nor leave a gap: together they are the frame', () => {
    for (const frame of frames) {
      const { witness, frame: decoded } = dissected(frame)
      const leaves = leafRanges(witness).filter(({ source }) => source === 0)
      let bit = 0
      for (const leaf of leaves.toSorted((a, b) => a.from - b.from)) {
        if (leaf.from !== bit) expect(leaf.from, `${frame.name}: ${leaf.name}`).toBe(bit)
        bit = leaf.to
      }
      if (decoded.fault === undefined) expect(bit, frame.name).toBe(8 * frame.bytes.length)
    }
  })

  test('every shown name is in the catalogue', () => {
    const missing = new Set<string>()
    const visit = (nodes: readonly TreeNode[]): void => {
      for (const node of nodes) {
        if (node.field !== undefined && catalogue.find(node.field.name) === undefined) missing.add(node.field.name)
        visit(node.children)
      }
    }
    for (const frame of frames) visit(dissected(frame).tree)
    expect([...missing]).toEqual([])
  })
})

describe('law 9, the witness changes nothing', () => {
  test('decoding with and without a witness is equal', () => {
    for (const frame of frames) {
      const alone = dmvpn.decode(frame.bytes, frame.linkType, { fcsLength: frame.fcsLength })
      const { frame: watched } = dissect(dmvpn, recordOf(frame.bytes, frame.linkType, { fcsLength: frame.fcsLength }))
      expectEqual(understood(watched), understood(alone), frame.name)
      expectEqual(claimed(watched), claimed(alone), frame.name)
    }
  })
})

function claimed(frame: Frame): unknown {
  return frame.layers.map((_, index) => claimsOf(frame, index))
}
