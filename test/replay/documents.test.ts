/** `docs/replay.md` has every rule as it is. */
import { readFileSync } from 'node:fs'
import { rules } from '@dmvpn/replay'
import { expect, test } from 'vitest'

const page = readFileSync(new URL('../../docs/replay.md', import.meta.url), 'utf8')

test('the page lists every rule as it is', () => {
  const rows = rules.map(
    ({ id, statement, source, severity, profiles }) =>
      `| ${id} | ${severity} | ${statement} | ${source} | ${profiles.length === 0 ? '–' : profiles.join(', ')} |`,
  )
  const listed = page
    .split('\n')
    .filter(line => /^\| N\d+ /.test(line))
    .map(line => line.replaceAll(/ {2,}/g, ' '))
  expect(listed).toEqual(rows)
})
