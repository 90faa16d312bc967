/** Every filter of filters.txt selects the frames of all samples that it selects in Wireshark. See filter-sets.ts. */

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CaptureRecord, keep, readCaptureFile } from '@dmvpn/capture'
import { Catalogue, compileFilter, compileFilters, Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { type Selected, selectedByListeners, selectedBySharkd } from './filter-sets.ts'
import { inTemporaryFolder, mergeInOrder, tsharkVersion } from './tshark.ts'

const filters = readFileSync(new URL('filters.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter(line => line !== '' && !line.startsWith('#'))

/** The sample whose frames quote packets that Wireshark breaks off in. */
const withErrors = captureFiles().find(file => file.includes('/04a-'))!

/** Our frame numbers for each filter, asked one after the other. */
function oursAlone(file: string): readonly (readonly number[])[] {
  const catalogue = new Catalogue(dmvpn)
  const records: CaptureRecord[] = []
  for (const record of readCaptureFile(file)) records.push(keep(record))
  return filters.map(text => {
    const filter = compileFilter(dmvpn, text, catalogue)
    const session = new Session()
    return records.flatMap((record, i) => (filter.matches(record, session) ? [i + 1] : []))
  })
}

/** Our frame numbers for each filter, all asked in one walk of every frame. */
function oursTogether(file: string): readonly (readonly number[])[] {
  const bank = compileFilters(dmvpn, filters)
  const session = new Session()
  session.section = 1
  const numbers: number[][] = filters.map(() => [])
  for (const record of readCaptureFile(file)) {
    for (const [i, passes] of bank.matches(record, session).entries()) if (passes) numbers[i]!.push(session.number)
  }
  return numbers
}

/** One line for each filter that selects other frames. */
function differences(
  theirs: readonly Selected[],
  own: readonly (readonly number[])[],
  asked?: ReadonlySet<number>,
): string[] {
  return filters.flatMap((filter, i) => {
    const they = theirs[i]!
    if (typeof they === 'string') return [`${filter}: refused there: ${they}`]
    const we = asked === undefined ? own[i]! : own[i]!.filter(number => asked.has(number))
    const [inTheirs, inOurs] = [new Set(they), new Set(we)]
    const missing = they.filter(number => !inOurs.has(number))
    const extra = we.filter(number => !inTheirs.has(number))
    if (missing.length + extra.length === 0) return []
    return [
      `${filter}: ${missing.length} missing (${missing.slice(0, 5).join()}), ${extra.length} too many (${extra.slice(0, 5).join()})`,
    ]
  })
}

test('there are filters enough, each once', () => {
  expect(filters.length).toBeGreaterThanOrEqual(200)
  expect(new Set(filters).size).toBe(filters.length)
})

describe.skipIf(tsharkVersion === undefined)(`frames that tshark ${tsharkVersion} selects`, () => {
  test('all samples, asked through listeners', () => {
    inTemporaryFolder(folder => {
      const merged = join(folder, 'merged.pcapng')
      mergeInOrder(captureFiles(), merged)
      const { seen, selected } = selectedByListeners(merged, filters, folder)
      expect(seen.length).toBeGreaterThan(1800)
      expect(differences(selected, oursTogether(merged), new Set(seen))).toEqual([])
      // A filter that selects nothing or everything anywhere proves less.
      const telling = selected.filter(each => each.length > 0 && each.length < seen.length)
      expect(telling.length).toBeGreaterThanOrEqual(200)
    })
  })

  test('the sample with error indications, asked of sharkd', () => {
    expect(differences(selectedBySharkd(withErrors, filters), oursAlone(withErrors))).toEqual([])
  })
})
