/** What `docs/fuzzing.md` tells a daemon's maintainer to copy works: the test is one of ours, the job's commands are run. */
import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)
const text = readFileSync(new URL('docs/fuzzing.md', root), 'utf8')
const launcher = fileURLToPath(new URL('packages/cli/dist/main.js', root))
const folder = mkdtempSync(join(tmpdir(), 'dmvpn-job-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function block(language: string): string {
  return new RegExp(`^\`\`\`${language}\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(text)![1]!
}

test('the vitest example is a test of ours, word for word', () => {
  expect(block('ts')).toBe(readFileSync(new URL('test/fuzz/daemon.test.ts', root), 'utf8'))
})

test('the job for GitHub Actions: each of its commands ends well with a parser that does', () => {
  writeFileSync(join(folder, 'my-nhrp-parser'), '#!/bin/sh\n[ $(wc -c < "$1") -gt 100 ]\n')
  chmodSync(join(folder, 'my-nhrp-parser'), 0o755)
  const commands = [...block('yaml').matchAll(/^ +- run: (.*)$/gm)].map(([, command]) => command!)
  expect(commands).toHaveLength(4)
  for (const command of commands.filter(each => !each.startsWith('make '))) {
    // As many cases as there is time for here.
    const line = command
      .replace('npx @dmvpn/cli', `"${process.execPath}" "${launcher}"`)
      .replace('--runs 20000', '--runs 20')
    const { status, stderr } = spawnSync('bash', ['-e', '-c', line], { cwd: folder, encoding: 'utf8' })
    expect([status, stderr], command).toEqual([0, ''])
  }
  expect(existsSync(join(folder, 'malformed/manifest.json')) && existsSync(join(folder, 'found/state.json'))).toBe(true)
})
