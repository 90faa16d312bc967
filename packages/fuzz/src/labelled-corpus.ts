/** A folder of malformed packets and capture files, one rule broken in each, with a manifest that says which. */

import type { Labelled } from './labelled.ts'
import { labelledFiles } from './labelled-files.ts'
import { labelledEsp, labelledGre } from './labelled-gre.ts'
import { labelledNhrp } from './labelled-nhrp.ts'
import { OutFolder } from './out-folder.ts'

/** The name of the manifest in the folder. */
export const manifestName = 'manifest.json'

/** Everything in the corpus; the same octets every time. */
export function labelledCorpus(): readonly Labelled[] {
  return [...labelledNhrp(), ...labelledGre(), ...labelledEsp(), ...labelledFiles()]
}

/** Writes the corpus; gives the number of files beside the manifest. Throws what `node:fs` throws. */
export function writeLabelledCorpus(folder: string): number {
  const out = new OutFolder(folder)
  const corpus = labelledCorpus()
  const entries = corpus.map(({ file, ending, name, ...label }) => {
    out.write(`${name}.${ending}`, file)
    return { file: `${name}.${ending}`, ...label }
  })
  out.write(manifestName, `${JSON.stringify(entries, undefined, 2)}\n`)
  return corpus.length
}
