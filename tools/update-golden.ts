import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { goldenCases } from './golden-cases.ts'

// Rewrites every file under test/golden from the built command. Read the difference before you keep it.
const root = fileURLToPath(new URL('..', import.meta.url))
const golden = resolve(root, 'test/golden')

for (const { name, words } of goldenCases(readFileSync(resolve(golden, 'CASES'), 'utf8'))) {
  const run = spawnSync(process.execPath, ['packages/cli/dist/main.js', ...words], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  if (run.status !== 0) throw new Error(`${name}: exit ${run.status}\n${run.stderr}`)
  writeFileSync(resolve(golden, name), run.stdout)
  console.log(`wrote test/golden/${name}`)
}
