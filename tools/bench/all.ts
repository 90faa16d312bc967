/** `npm run bench`: the table of commands, and, where nothing was asked of it, what is measured inside one process. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const asked = process.argv.slice(2)
const table = fileURLToPath(new URL('commands.ts', import.meta.url))

/** Ends with the first that fails. */
function run(words: readonly string[]): void {
  const { status } = spawnSync(words[0]!, words.slice(1), { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}

run(['npx', 'tsx', table, ...asked])
if (asked.length === 0) run(['npm', 'run', '--silent', 'bench:inside'])
