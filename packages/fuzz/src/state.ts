/** What a campaign needs to go on where it was stopped: `state.json` in its folder. */
import { formatHex, parseHex } from '@dmvpn/wire'
import type { FuzzCase } from './fuzz-case.ts'
import type { OutFolder } from './out-folder.ts'

export interface CampaignState {
  readonly seed: number
  /** What is tried: the command, or the project itself. A folder belongs to one target. */
  readonly target: string
  readonly runs: number
  /** Where chance stands. */
  readonly chance: number
  /** Cases that went new ways. */
  readonly corpus: readonly FuzzCase[]
  /** Signatures of what was found. */
  readonly found: readonly string[]
}

const fileName = 'state.json'
const version = 1

/** The state a folder holds of this target and seed; undefined where it holds none. */
export function readState(out: OutFolder, target: string, seed: number): CampaignState | undefined {
  const text = out.read(fileName)
  if (text === undefined) return undefined
  const state = JSON.parse(text) as Stored
  if (state.version !== version || state.target !== target || state.seed !== seed) return undefined
  const corpus = state.corpus.flatMap(([linkType, octets]) => {
    const bytes = parseHex(octets)
    return bytes === undefined ? [] : [{ bytes, linkType }]
  })
  return { seed, target, runs: state.runs, chance: state.chance, corpus, found: state.found }
}

export function writeState(out: OutFolder, state: CampaignState): void {
  const corpus = state.corpus.map(({ linkType, bytes }) => [linkType, formatHex(bytes)] as const)
  const stored: Stored = { version, ...state, corpus }
  out.write(fileName, `${JSON.stringify(stored)}\n`)
}

interface Stored extends Omit<CampaignState, 'corpus'> {
  readonly version: number
  readonly corpus: readonly (readonly [linkType: number, octets: string])[]
}
