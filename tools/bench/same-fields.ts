/** Whether a format says what tshark's says of the bench's own traffic: every field, as the tests compare samples. */
import { execSync } from 'node:child_process'
import { ekDifferences, jsonDifferences } from '../../test/tshark/json-differences.ts'
import { isThere } from './measure.ts'

const differencesOf = { json: jsonDifferences, ek: ekDifferences }

/** What differs between `dmvpn -T format` and tshark's on a file of few frames; nothing where there is no tshark. */
export function fieldsThatDiffer(format: keyof typeof differencesOf, dmvpn: string, file: string): string[] {
  if (!isThere('tshark')) return []
  const ours = outputOf(`${dmvpn} dissect -n -2 --show-secrets -T ${format} "${file}"`)
  const theirs = outputOf(
    `tshark -n -2 -r "${file}" -T ${format} ${format === 'json' ? '--no-duplicate-keys' : ''} 2>/dev/null`,
  )
  return differencesOf[format](ours, theirs)
}

function outputOf(command: string): string {
  return execSync(command, { encoding: 'utf8', maxBuffer: 2 ** 28 })
}
