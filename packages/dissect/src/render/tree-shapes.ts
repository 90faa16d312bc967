/**
 * A tree's shape: what it consists of, without its values. A capture has few shapes and many frames, so what a renderer
 * works out about a tree (order, keys, indentation, what stands beside what) is worked out once for each shape and kept.
 *
 * Shapes are told apart by what was added to the tree, one after the other: each addition is a step through a trie. What
 * was added alike has the same numbers in every tree of the shape.
 */
import { isCutShort } from '../expert.ts'
import { nodeKind, noNode, type TreeWitness } from '../tree-witness.ts'

/** A step: which node something hangs below, counted backwards; of which kind it is, and whether it has octets. */
function stepTo(back: number, kind: number, length: number): number {
  return 16 * back + 2 * kind + (length > 0 ? 1 : 0)
}

/** The kind of a step that adds all rows of a layout. */
const wholeLayout = 7

/** Stands for titles that differ from frame to frame. */
const anyTitle = { name: 'a title' }
const malformed = { name: 'a fault' }
const cutShort = { name: 'a fault of the capture' }

/** Shapes, and nodes of all of them together, that are kept; beyond, all are forgotten, and made anew as they come. */
const mostShapes = 512
const mostNodes = 65_536

/** A place in the trie: everything that came before is the same. */
class State<M> {
  made: M | undefined = undefined
  /** The step that was taken first from here, which is nearly always the one taken again. */
  private step = 0
  private about: unknown = undefined
  private usual: State<M> | undefined = undefined
  private others: Map<unknown, Map<number, State<M>>> | undefined = undefined

  /** Where a step leads; undefined where nobody took it yet. */
  after(step: number, about: unknown): State<M> | undefined {
    if (this.about === about && this.step === step && this.usual !== undefined) return this.usual
    return this.others?.get(about)?.get(step)
  }

  add(step: number, about: unknown): State<M> {
    const state = new State<M>()
    if (this.usual === undefined) {
      this.step = step
      this.about = about
      this.usual = state
      return state
    }
    this.others ??= new Map()
    const steps = this.others.get(about) ?? new Map<number, State<M>>()
    this.others.set(about, steps.set(step, state))
    return state
  }
}

/** What a renderer made of each shape. `M` may be kept as long as the renderer; it must not hold on to the tree. */
export class TreeShapes<M> {
  private root = new State<M>()
  private nodes = 0
  private shapes = 0
  private readonly titles = new Titles()
  private readonly make: (witness: TreeWitness) => M

  /** `make` is given a tree of the new shape. */
  constructor(make: (witness: TreeWitness) => M) {
    this.make = make
  }

  /** What was made of the shape of this tree, now or before. */
  of(witness: TreeWitness): M {
    const { additions, added, parent, kind, length, about } = witness
    let state = this.root
    this.titles.clear()
    for (let i = 0; i < added; i++) {
      const addition = additions[i]!
      const node = addition < 0 ? ~addition : addition
      const back = node - parent[node]!
      const what = about[node]
      if (addition < 0) {
        const step = stepTo(back, wholeLayout, 0)
        state = state.after(step, what) ?? state.add(step, what)
        continue
      }
      const step = stepTo(back, kind[node]!, length[node]!)
      const mark = typeof what === 'object' ? what : this.markOf(witness, node, what)
      state = state.after(step, mark) ?? state.add(step, mark)
    }
    return state.made ?? this.keep(state, witness)
  }

  private keep(state: State<M>, witness: TreeWitness): M {
    const made = this.make(witness)
    state.made = made
    this.nodes += witness.count
    if (++this.shapes > mostShapes || this.nodes > mostNodes) {
      this.root = new State<M>()
      this.shapes = 0
      this.nodes = 0
    }
    return made
  }

  /** What tells a node from another in its place, where it is neither a field nor a protocol. */
  private markOf(witness: TreeWitness, node: number, about: unknown): unknown {
    if (typeof about === 'string') return this.titles.markOf(witness, node, about)
    return isCutShort(witness.fault!, witness.cut) ? cutShort : malformed
  }
}

/**
 * Titles have values in them, so they are no part of a shape; but one that a sibling has, too, is, because exports write
 * the two as one; and one that looks like the name of a field.
 */
class Titles {
  /** Siblings beyond the first few, by their parent: the place of each title. */
  private readonly many = new Map<number, Map<string, number>>()

  /** Forgets the titles of the tree before. */
  clear(): void {
    if (this.many.size > 0) this.many.clear()
  }

  markOf(witness: TreeWitness, node: number, title: string): unknown {
    if (!title.includes(' ')) return title
    const { first, next, kind, about, parent } = witness
    const above = parent[node]!
    const known = this.many.get(above)
    if (known !== undefined) return placeIn(known, title)
    let place = 0
    for (let other = first[above]!; other !== node && other !== noNode; other = next[other]!) {
      if (kind[other] !== nodeKind.subtree) continue
      if (about[other] === title) return place
      if (++place === few) return placeIn(this.gather(witness, above, node), title)
    }
    return anyTitle
  }

  /** The titles before a node, which are too many to be looked through for each of those that follow. */
  private gather({ first, next, kind, about }: TreeWitness, above: number, node: number): Map<string, number> {
    const places = new Map<string, number>()
    for (let other = first[above]!; other !== node && other !== noNode; other = next[other]!) {
      if (kind[other] === nodeKind.subtree) placeIn(places, about[other] as string)
    }
    this.many.set(above, places)
    return places
  }
}

const few = 32

function placeIn(places: Map<string, number>, title: string): unknown {
  const place = places.get(title)
  if (place !== undefined) return place
  places.set(title, places.size)
  return anyTitle
}
