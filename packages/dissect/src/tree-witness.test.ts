import { bits, type Field, field, generated, type Layout, layout, u8, u16 } from '@dmvpn/wire'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TreeNode } from './tree.ts'
import { treeOf } from './tree.ts'
import { TreeWitness } from './tree-witness.ts'

const octets = new Uint8Array(64)
const view = new DataView(octets.buffer)

const own: Layout<{ readonly one: number; readonly high: number; readonly low: number; readonly two: number }> = layout(
  't',
  'T',
  {
    one: u8('t.one', 'One'),
    high: bits(4, 't.high', 'High'),
    low: bits(4, 't.low', 'Low'),
    two: u16('t.two', 'Two'),
  },
)
const rowNames = ['t.one', 't.high', 't.low', 't.two'] as const
const rowAt = [0, 1, 1, 2] as const
const shown = field('t.shown', 'Shown', 'uint8')
const hidden = field('t.hidden', 'Hidden', 'uint8', { hidden: true })
const computed = generated('t.computed', 'Computed', 'uint8')
const status = generated('t.two.status', 'Status', 'uint8')
const around = field('t.around', 'Around', 'none')
const odd: Field = { ...field('t.odd', 'Odd', 'none', { generated: true }), severity: 'warning' }

/** What is shown, as a protocol's walk would. */
type Step =
  | { readonly what: 'rows' | 'note' | 'openField'; readonly at: number }
  | { readonly what: 'value'; readonly at: number; readonly field: Field }
  | { readonly what: 'open' | 'below' | 'close' }

/** The tree as plain objects, by the rules alone: what it is to be. */
interface Plain {
  readonly name: string
  readonly at: number
  readonly children: Plain[]
  readonly isPointedAt: boolean
}

function plainTree(steps: readonly Step[]): readonly Plain[] {
  const root: Plain = { name: '', at: -1, children: [], isPointedAt: false }
  const stack = [root]
  let last = root
  const put = (name: string, at: number, isPointedAt: boolean): Plain => {
    const node = { name, at, children: [], isPointedAt }
    stack.at(-1)!.children.push(node)
    return node
  }
  for (const step of steps) {
    switch (step.what) {
      case 'rows':
        for (const [i, name] of rowNames.entries()) last = put(name, step.at + rowAt[i]!, true)
        break
      case 'value': {
        last = put(step.field.name, step.at, !step.field.hidden)
        if (step.field !== status) break
        const { children } = stack.at(-1)!
        const judged = children.findLastIndex(({ name }) => name === 't.two')
        if (judged >= 0) children.splice(judged + 1, 0, children.pop()!)
        break
      }
      case 'openField':
        stack.push(put(around.name, step.at, true))
        break
      case 'open':
        stack.push(put('Opened', 0, false))
        break
      case 'below':
        stack.push(last)
        break
      case 'close':
        if (stack.length > 1) last = stack.pop()!
        break
      case 'note': {
        const above = stack.at(-1)!
        const below = above.children.find(({ at, isPointedAt }) => isPointedAt && at === step.at) ?? above
        below.children.push({ name: odd.name, at: step.at, children: [], isPointedAt: false })
        break
      }
      default:
        step satisfies never
    }
  }
  return root.children
}

const protocol = { name: 't', label: 'T' }

function show(witness: TreeWitness, steps: readonly Step[]): void {
  let depth = 0
  witness.reset(octets, view, 0, octets.length)
  witness.beginLayer(protocol, 0)
  for (const step of steps) {
    if (step.what === 'rows') witness.rows(own, step.at, own.size)
    else if (step.what === 'value') witness.value(step.field, step.at, 1, 0)
    else if (step.what === 'openField') witness.openField(around, step.at, undefined)
    else if (step.what === 'open') witness.open('Opened', 0)
    else if (step.what === 'below') witness.below()
    else if (step.what === 'note') witness.note(odd, step.at, 0, 'odd')
    else if (depth > 0) witness.close(8)
    if (step.what === 'open' || step.what === 'openField' || step.what === 'below') depth++
    else if (step.what === 'close' && depth > 0) depth--
  }
  witness.endLayer(protocol, {}, 8, 8)
}

const at = fc.integer({ min: 0, max: 8 })
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ what: fc.constant('rows' as const), at }) },
  {
    weight: 3,
    arbitrary: fc.record({
      what: fc.constant('value' as const),
      at,
      field: fc.constantFrom(shown, hidden, computed, status),
    }),
  },
  { weight: 3, arbitrary: fc.record({ what: fc.constant('note' as const), at }) },
  { weight: 1, arbitrary: fc.record({ what: fc.constant('openField' as const), at }) },
  { weight: 5, arbitrary: fc.constantFrom<Step>({ what: 'open' }, { what: 'close' }, { what: 'close' }) },
)
/** Nothing can be below what nothing was shown before. */
const steps: fc.Arbitrary<readonly Step[]> = fc.array(anyStep, { maxLength: 24 }).map(all => {
  const first: Step = { what: 'rows', at: 0 }
  return [first, ...all.flatMap((step, i): Step[] => (i % 7 === 3 ? [{ what: 'below' }, step] : [step]))]
})

/** A status moves to what it judges, and with it in front of what was shown before it. */
const statusFirst: readonly Step[] = [
  { what: 'rows', at: 0 },
  { what: 'value', at: 6, field: shown },
  { what: 'value', at: 6, field: status },
  { what: 'note', at: 6 },
]

/** What the one layer of a tree has in it. */
const inLayer = (witness: TreeWitness): unknown => named(treeOf(witness)[0]!.children)

const named = (nodes: readonly TreeNode[] | readonly Plain[]): unknown =>
  nodes.map((node: TreeNode | Plain) => [node.name, named(node.children)])

describe('what a witness took down', () => {
  it('is drawn as it was shown, each note below what begins where it points', () => {
    const witness = new TreeWitness()
    fc.assert(
      fc.property(steps, all => {
        show(witness, all)
        expect(inLayer(witness)).toEqual(named(plainTree(all)))
      }),
      { numRuns: 2000, examples: [[statusFirst]] },
    )
  })

  it('is drawn alike when somebody looks in between', () => {
    fc.assert(
      fc.property(steps, steps, (before, all) => {
        const looked = new TreeWitness()
        show(looked, before)
        treeOf(looked)
        show(looked, all)
        const fresh = new TreeWitness()
        show(fresh, all)
        expect(inLayer(looked)).toEqual(inLayer(fresh))
      }),
    )
  })

  it('is nothing but entries until somebody looks', () => {
    const witness = new TreeWitness()
    show(witness, [
      { what: 'rows', at: 0 },
      { what: 'note', at: 2 },
      { what: 'note', at: 60 },
    ])
    expect(witness.count).toBe(7)
    expect(witness.nodes.count).toBe(1 + 1 + 4 + 2)
  })

  it('takes many notes in one place without comparing each with each', () => {
    const witness = new TreeWitness()
    const all = Array.from({ length: 20_000 }, (): Step => ({ what: 'note', at: 1 }))
    show(witness, [{ what: 'rows', at: 0 }, ...all])
    expect(witness.nodes.count).toBe(1 + 1 + 4 + all.length)
  })
})
