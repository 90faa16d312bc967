/** What a witness's notes and fault say of the frame. */
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
import { nodeKind, type TreeWitness } from './tree-witness.ts'

/** The severity of the gravest note of a frame, in words; empty where there is none. */
export function gravestOf(witness: TreeWitness): string {
  let gravest = 0
  for (let node = 1; node < witness.count; node++) {
    const kind = witness.kind[node]
    if (kind === nodeKind.note) gravest = Math.max(gravest, severityOf(witness.about[node] as Field))
    else if (kind === nodeKind.fault && !isCutShort(witness.fault!, witness.cut)) gravest = severityOf(malformedNote)
  }
  return severityText(gravest)
}

/** The field a frame's fault is shown as. */
export function faultField(witness: TreeWitness): Field {
  return witness.fault !== undefined && isCutShort(witness.fault, witness.cut) ? shortItem : malformedItem
}

/** A fault's line in the tree: as Wireshark says it, and in our words where the walk stopped and why. */
export function faultTitle(witness: TreeWitness, fault: Fault): string {
  const short = stoppedIn(witness)
  return isCutShort(fault, witness.cut) ? shortTitle(short) : malformedTitle(short)
}

function stoppedIn(witness: TreeWitness): string {
  for (let node = witness.last[0]!; node > 0; node--) {
    if (witness.kind[node] !== nodeKind.layer || witness.parent[node] !== 0) continue
    const about = witness.about[node] as { readonly short?: string; readonly name: string }
    return about.short ?? about.name
  }
  return 'Frame'
}
