/** What a tree's notes and fault say of the frame. */
import type { Fault, Field } from '@dmvpn/wire'
import {
  isCutShort,
  malformedItem,
  malformedNote,
  malformedTitle,
  severityOf,
  severityText,
  shortItem,
  shortTitle,
} from './expert.ts'
import { nodeKind, type TreeNodes } from './tree-nodes.ts'

/** The severity of the gravest note of a frame, in words; empty where there is none. */
export function gravestOf(tree: TreeNodes): string {
  let gravest = 0
  for (let node = 1; node < tree.count; node++) {
    const kind = tree.kind[node]
    if (kind === nodeKind.note) gravest = Math.max(gravest, severityOf(tree.about[node] as Field))
    else if (kind === nodeKind.fault && !isCutShort(tree.fault!, tree.cut)) gravest = severityOf(malformedNote)
  }
  return severityText(gravest)
}

/** The field a frame's fault is shown as. */
export function faultField(tree: TreeNodes): Field {
  return tree.fault !== undefined && isCutShort(tree.fault, tree.cut) ? shortItem : malformedItem
}

/** A fault's line in the tree: as Wireshark says it, and in our words where the walk stopped and why. */
export function faultTitle(tree: TreeNodes, fault: Fault): string {
  const short = stoppedIn(tree)
  return isCutShort(fault, tree.cut) ? shortTitle(short) : malformedTitle(short)
}

function stoppedIn(tree: TreeNodes): string {
  for (let node = tree.last[0]!; node > 0; node--) {
    if (tree.kind[node] !== nodeKind.layer || tree.parent[node] !== 0) continue
    const about = tree.about[node] as { readonly short?: string; readonly name: string }
    return about.short ?? about.name
  }
  return 'Frame'
}
