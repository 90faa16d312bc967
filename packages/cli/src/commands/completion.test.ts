import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Io } from '../io.ts'
import { MemoryOutput } from '../output.ts'
import { createProgram, run } from '../program.ts'
import { completedCommands } from './completion-words.ts'
import { synthProgram } from './synth.ts'

const io = (): Io & { readonly out: MemoryOutput } => ({
  out: new MemoryOutput(),
  err: () => {},
  stdin: (async function* () {})(),
  env: {},
  isTTY: false,
})

async function scriptFor(shell: string): Promise<string> {
  const own = io()
  expect(await run(['completion', shell], own)).toBe(0)
  return own.out.text
}

const program = createProgram(io())
const commands = completedCommands(
  program,
  synthProgram(program, io(), () => {}),
)
const folder = mkdtempSync(join(tmpdir(), 'dmvpn-completion-'))
afterAll(() => rmSync(folder, { recursive: true }))
writeFileSync(join(folder, 'hub.pcap'), '')
writeFileSync(join(folder, 'keys.txt'), '')

function has(shell: string): boolean {
  return spawnSync(shell, ['-c', 'exit 0']).status === 0
}

/** Whether a shell that is installed can read the script. */
function reads(shell: string, script: string): boolean {
  if (!has(shell)) return true
  const { status, stderr } = spawnSync(shell, ['-n'], { input: script, encoding: 'utf8' })
  return status === 0 && stderr === ''
}

describe('bash', async () => {
  const script = await scriptFor('bash')

  /** What is offered where the cursor stands behind these words; the last one is begun. */
  function offered(...words: readonly string[]): string[] {
    const line = words.map(word => `'${word}'`).join(' ')
    // Programs that are asked what there is are not under test.
    const program = `${script}
dmvpn() { printf 'nhrp\\tprotocol\\tNHRP\\nnhrp.code\\tuint8\\tCode\\nip.src\\tipv4\\tSource\\n'; }
COMP_WORDS=(dmvpn ${line}); COMP_CWORD=${words.length}
_dmvpn
printf '%s\\n' "\${COMPREPLY[@]}"`
    const { stdout, stderr } = spawnSync('bash', ['-c', program], { cwd: folder, encoding: 'utf8' })
    expect(stderr).toBe('')
    return stdout.split('\n').filter(word => word !== '')
  }

  it('offers commands, those of a command, and its options', () => {
    expect(offered('di')).toEqual(['dissect', 'diff'].filter(name => offered('').includes(name)))
    expect(offered('keys', '')).toContain('convert')
    expect(offered('stats', '--nh')).toEqual(['--nhrp'])
    expect(offered('dissect', '-r', 'hub.pcap', '--two')).toEqual(['--two-pass'])
    expect(offered('synth', 're')).toEqual(['registration', 'resolution', 'redirect'])
    expect(offered('synth', 'purge', '--rep')).toEqual(['--reply'])
    expect(offered('stats', '--columns')).toEqual([])
  })

  it('offers the values of an option', () => {
    expect(offered('dissect', '-T', 'js')).toEqual(['json', 'jsonraw'])
    expect(offered('stats', '-z', 'conv,')).toEqual(['conv,eth', 'conv,ip', 'conv,ipv6', 'conv,tcp', 'conv,udp'])
    expect(offered('completion', '')).toEqual(['bash', 'zsh', 'fish'])
  })

  it('offers fields, protocols and files', () => {
    expect(offered('dissect', '-e', 'nhrp')).toEqual(['nhrp', 'nhrp.code'])
    expect(offered('dissect', '-Y', 'ip.')).toEqual(['ip.src'])
    expect(offered('dissect', '-O', '')).toEqual(['nhrp'])
    expect(offered('dissect', 'hub')).toEqual(['hub.pcap'])
    expect(offered('stats', '--esp-keys', 'k')).toEqual(['keys.txt'])
    expect(offered('dissect', '-c', '')).toEqual([])
  })

  it('knows every option of every command', () => {
    for (const { path, options } of commands) {
      const names = options.flatMap(option => option.names)
      expect(offered(...path, '-').sort()).toEqual([...new Set(names)].sort())
    }
  }, 120_000)
})

describe('zsh', async () => {
  const script = await scriptFor('zsh')

  it('is a script whose functions are all there', () => {
    expect(script.startsWith('#compdef dmvpn\n')).toBe(true)
    expect(reads('zsh', script)).toBe(true)
    const called = script.match(/(?<=\) |:)_dmvpn\w*/g) ?? []
    for (const name of called) expect(script).toContain(`${name}() {`)
    expect(called.length).toBeGreaterThan(commands.length)
  })

  it('has every option of every command, quoted', () => {
    for (const { path, options, below } of commands) {
      const start = script.indexOf(`\n${['_dmvpn', ...path].join('_').replaceAll('-', '_')}() {`)
      expect(start).toBeGreaterThan(0)
      const [body = ''] = /^.*?\n(?=_dmvpn)/s.exec(`${script.slice(start + 1)}\n_dmvpn`) ?? []
      for (const name of options.flatMap(option => option.names)) expect(body).toContain(`'*${name}[`)
      for (const { name } of below) expect(body).toContain(`'${name}:`)
      expect(body.split("'").length % 2).toBe(1)
    }
  })
})

describe('fish', async () => {
  const script = await scriptFor('fish')

  it('is one `complete` for everything, its texts quoted', () => {
    expect(reads('fish', script)).toBe(true)
    for (const line of script.trimEnd().split('\n').slice(1)) {
      expect(line.startsWith('complete -c dmvpn')).toBe(true)
      expect(line.replaceAll(/\\['\\]/g, '').split("'").length % 2).toBe(1)
    }
  })

  it('has every option of every command', () => {
    for (const { path, options } of commands) {
      const lines = script
        .split('\n')
        .filter(line =>
          path.length === 0 ? line.includes('__fish_use_subcommand') : line.includes(`from ${path.at(-1)}`),
        )
      for (const name of options.flatMap(option => option.names)) {
        const flag = name.startsWith('--') ? ` -l ${name.slice(2)} ` : ` -s ${name.slice(1)} `
        expect(lines.some(line => line.includes(flag))).toBe(true)
      }
    }
  })
})

describe('help', () => {
  /** What `--help` says behind the options. */
  function examplesOf(path: readonly string[]): string {
    let command = program
    for (const name of path) command = command.commands.find(each => each.name() === name)!
    let text = ''
    command.configureOutput({ writeOut: written => (text += written) }).outputHelp()
    return text.slice(text.search(/^Examples?:$/m))
  }

  // Options of recipes come from a table with as many examples as it has recipes.
  const leaves = commands.filter(({ path, below }) => path.length > 0 && below.length === 0 && path[0] !== 'synth')

  it.each(leaves.map(each => [each.path.join(' '), each] as const))(
    '%s has an example of every option',
    (_, { path, options }) => {
      const examples = examplesOf(path)
      expect(examples).toContain(`dmvpn ${path.join(' ')}`)
      const missing = options
        .map(({ names }) => names)
        .filter(names => !names.includes('--help'))
        .filter(names => !names.some(name => new RegExp(`(^|[\\s'"])${name}([\\s=,]|$)`, 'm').test(examples)))
      expect(missing).toEqual([])
    },
  )
})
