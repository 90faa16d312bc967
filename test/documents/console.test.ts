/** Every command shown in the documents is run, and prints what the document says. `UPDATE=1` writes what it prints. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, test } from 'vitest'
import { agrees, consoleCommands } from '../../tools/console-blocks.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const documents = ['README.md', ...readdirSync(join(root, 'docs')).map(name => `docs/${name}`)].filter(name =>
  name.endsWith('.md'),
)

/** Commands run in a folder of their own that looks like the repository, so that what they write does not stay. */
const folder = mkdtempSync(join(tmpdir(), 'dmvpn-documents-'))
for (const name of ['samples', 'packages', 'node_modules']) symlinkSync(join(root, name), join(folder, name))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const launcher = join(root, 'packages/cli/dist/main.js')

function run(command: string): string {
  const line = command.replaceAll('npx dmvpn', `"${process.execPath}" "${launcher}"`)
  const { stdout } = spawnSync('bash', ['-c', `set -o pipefail; ${line} 2>&1`], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, NO_COLOR: '1', TZ: 'UTC' },
  })
  return stdout.replace(/\n$/, '')
}

describe.each(documents)('%s', name => {
  const path = join(root, name)
  let text = readFileSync(path, 'utf8')
  const commands = consoleCommands(text).filter(({ command }) => command.includes('npx dmvpn'))

  test('shows what its commands print', () => {
    const runs = commands.map(each => ({ ...each, actual: run(each.command) }))
    if (process.env['UPDATE'] === '1') {
      for (const { from, to, output, actual } of runs.toReversed()) {
        if (!agrees(output, actual)) text = `${text.slice(0, from)}${actual}\n${text.slice(to)}`
      }
      writeFileSync(path, text)
      return
    }
    for (const { command, output, actual } of runs) {
      if (!agrees(output, actual)) expect(`$ ${command}\n${actual}`).toBe(`$ ${command}\n${output}`)
    }
  })
})
