/**
 * A tree's shape: what it consists of, without its values. A capture has few shapes and many frames, so what a renderer
 * works out about a tree (order, keys, indentation, what stands beside what) is worked out once for each shape and kept.
 *
 * Shapes are told apart by what the witness took down: each entry is a step through a trie. What was taken down alike
 * makes the same tree, and has the same number in every list of entries.
 */
import { entryKind } from '../entry-kind.ts'
import { isCutShort } from '../expert.ts'
import type { TreeNodes } from '../tree-nodes.ts'
import type { TreeWitness } from '../tree-witness.ts'
import { isName } from './title-name.ts'

/** A step: what kind of entry, and whether it has octets; or the number that is the same in all trees of the shape. */
function stepTo(kind: number, length: number): number {
  return 2 * kind + (kind >= entryKind.cut ? 64 * length : length > 0 ? 1 : 0)
}

/** The step over entries that were put down at once: they tell the shape of the frame. */
const blockStep = -1

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

  /** Whether the step taken first was taken with this mark. */
  leads(about: unknown): boolean {
    return about !== undefined && this.about === about
  }

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
  private readonly make: (tree: TreeNodes) => M

  /** `make` is given a tree of the new shape. */
  constructor(make: (tree: TreeNodes) => M) {
    this.make = make
  }

  /** What was made of the shape of this tree, now or before. */
  of(witness: TreeWitness): M {
    const { count, kind, length, about, blocks, blockBegins, blockCount } = witness
    let state = this.root
    let block = 0
    this.titles.clear()
    for (let entry = 0; entry < count; entry++) {
      if (block < blockCount && entry === blockBegins[block]) {
        const put = blocks[block++]!
        state = state.after(blockStep, put) ?? state.add(blockStep, put)
        entry += put.kind.length - 1
        continue
      }
      const step = stepTo(kind[entry]!, length[entry]!)
      const what = about[entry]
      // Most titles are names, and the same ones as ever.
      const mark = state.leads(what) ? what : this.markOf(witness, entry, what)
      state = state.after(step, mark) ?? state.add(step, mark)
    }
    return state.made ?? this.keep(state, witness)
  }

  private markOf(witness: TreeWitness, entry: number, about: unknown): unknown {
    if (typeof about === 'string') return this.titles.markOf(about)
    return about ?? faultMark(witness, witness.kind[entry]!)
  }

  private keep(state: State<M>, witness: TreeWitness): M {
    const tree = witness.nodes
    const made = this.make(tree)
    state.made = made
    this.nodes += tree.count
    if (++this.shapes > mostShapes || this.nodes > mostNodes) {
      this.root = new State<M>()
      this.shapes = 0
      this.nodes = 0
    }
    return made
  }
}

/** Whether a packet is malformed or was cut short by whoever captured it; nothing tells other entries without a name apart. */
function faultMark({ fault, cut }: TreeWitness, kind: number): unknown {
  if (kind !== entryKind.fault) return undefined
  return isCutShort(fault!, cut) ? cutShort : malformed
}

/**
 * Titles that have values in them are no part of a shape; but one that was there before in the same tree is, because
 * exports write siblings of one title as one; and one that looks like the name of a field.
 */
class Titles {
  private readonly list: string[] = []
  private count = 0
  /** Where there are many, the place of each title. */
  private readonly places = new Map<string, number>()

  /** Forgets the titles of the tree before. */
  clear(): void {
    this.count = 0
    if (this.places.size > 0) this.places.clear()
  }

  markOf(title: string): unknown {
    if (isName(title) || !title.includes(' ')) return title
    const { list, count, places } = this
    if (count >= few) {
      if (places.size === 0) for (let i = 0; i < count; i++) this.placeOf(list[i]!)
      return this.placeOf(title)
    }
    for (let i = 0; i < count; i++) if (list[i] === title) return i
    list[this.count++] = title
    return anyTitle
  }

  private placeOf(title: string): unknown {
    const { places } = this
    const place = places.get(title)
    if (place !== undefined) return place
    places.set(title, places.size)
    return anyTitle
  }
}

const few = 32
