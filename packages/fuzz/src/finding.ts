/** What was found, as files: the smallest capture that shows it, and a note that names the field. */
import { recordOf, writePcap } from '@dmvpn/capture'
import { formatHex } from '@dmvpn/wire'
import { type FuzzCase, wholeFile } from './fuzz-case.ts'
import type { Change, Minimal } from './minimise.ts'
import type { OutFolder } from './out-folder.ts'
import type { Broken } from './target-self.ts'
import { wrongFields } from './wrong-fields.ts'

export interface Finding {
  readonly broken: Broken
  /** The case as it was found. */
  readonly input: FuzzCase
  readonly minimal: Minimal
  readonly run: number
}

/** A capture of one frame; a whole file as it is. */
export function captureOf({ bytes, linkType }: FuzzCase): Uint8Array {
  if (linkType === wholeFile) return bytes
  return writePcap([recordOf(bytes, { seconds: 0, nanoseconds: 0, linkType })], { linkType })
}

/** Wireshark's name of the field that is wrong: the one that the judge names, else one that a valid frame has otherwise. */
export function fieldOf({ broken, minimal }: Pick<Finding, 'broken' | 'minimal'>): string {
  return broken.field === '' ? (wrongFields(minimal)[0] ?? '') : broken.field
}

/** Writes `findings/<name>.pcap` and `.json`; gives the path of the capture. */
export function writeFinding(out: OutFolder, finding: Finding, about: Readonly<Record<string, unknown>>): string {
  const { broken, input, minimal, run } = finding
  const field = fieldOf(finding).replace(/#.*/, '')
  const name = `${String(run).padStart(8, '0')}-${[broken.law, field]
    .join(' ')
    .trim()
    .replace(/[^a-z0-9.]+/gi, '-')}`
  const note = {
    law: broken.law,
    field: fieldOf(finding),
    fields: wrongFields(minimal),
    detail: broken.detail,
    changed: minimal.changed.map(({ fact, from, to }: Change) => ({ fact, from: plain(from), to: plain(to) })),
    frame: { linkType: minimal.input.linkType, octets: formatHex(minimal.input.bytes) },
    base: { linkType: minimal.base.linkType, octets: formatHex(minimal.base.bytes) },
    foundAs: { linkType: input.linkType, octets: formatHex(input.bytes) },
    run,
    ...about,
  }
  out.write(`findings/${name}.json`, `${JSON.stringify(note, undefined, 2)}\n`)
  return out.write(`findings/${name}.pcap`, captureOf(minimal.input))
}

/** A value as JSON can hold it. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return formatHex(value)
  if (typeof value === 'bigint') return value.toString()
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))
}
