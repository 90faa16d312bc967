/** The page for who knows Wireshark names every option of tshark, and only options of ours that there are. */
import { readFileSync } from 'node:fs'
import { MemoryOutput, run as runCommand } from '@dmvpn/cli'
import { Catalogue } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { describe, expect, test } from 'vitest'
import { run, tsharkVersion } from './tshark.ts'

const page = readFileSync(new URL('../../docs/coming-from-wireshark.md', import.meta.url), 'utf8').replaceAll(
  /^```[^]*?^```$/gm,
  '',
)

/** What stands in code spans of a text. */
function spans(text: string): string[] {
  return Array.from(text.matchAll(/`([^`]+)`/g), match => match[1]!.replaceAll('\\|', '|'))
}

/** The options among words: `-r`, `--read`. */
function optionsIn(words: readonly string[]): string[] {
  return words.flatMap(each => each.match(/(?<![\w-])--?[a-zA-Z\d][\w-]*/g) ?? [])
}

const rows = page
  .split('\n')
  .filter(line => line.startsWith('|'))
  .map(line => line.replaceAll('\\|', '¦').split('|').slice(1, -1))
  .filter(([left = '']) => !/^[\s-]+$/.test(left))

async function helpOf(words: readonly string[]): Promise<string> {
  const out = new MemoryOutput()
  const io = { out, err: () => {}, stdin: (async function* () {})(), env: {}, isTTY: false }
  await runCommand([...words, '--help'], io)
  return out.text
}

describe.skipIf(tsharkVersion === undefined)('docs/coming-from-wireshark.md', () => {
  test('names every option of tshark', () => {
    const help = tsharkVersion === undefined ? '' : run('tshark', ['-h'])
    const theirs = Array.from(help.matchAll(/^ {2}(--?[a-zA-Z\d][\w-]*)(?:[ ,<]|$)/gm), match => match[1]!)
    expect(theirs.length).toBeGreaterThan(60)
    const named = new Set(optionsIn(spans(page)))
    expect(theirs.filter(option => !named.has(option))).toEqual([])
  })

  test('names no option of ours that does not exist', async () => {
    const commands = ['dissect', 'stats', 'merge', 'convert', 'decap', 'keys convert', 'fields']
    const helps = await Promise.all(commands.map(each => helpOf(each.split(' '))))
    const all = new Set(helps.flatMap(help => optionsIn([help])))
    // `--version` is the program's, and as tshark's `-R` some are only named to be refused.
    const ours = rows.flatMap(([, right = '']) =>
      optionsIn(spans(right.replaceAll('¦', '|').replace(/`[^`]*-R[^`]*`/, ''))),
    )
    expect(ours.length).toBeGreaterThan(20)
    expect(ours.filter(option => !all.has(option) && option !== '--version' && option !== '-R')).toEqual([])
  })

  test('names no field that does not exist', () => {
    const catalogue = new Catalogue(dmvpn)
    const fields = spans(page).filter(each => /^(nhrp|frame)\.\w+(\.\w+)*$/.test(each))
    expect(fields.length).toBeGreaterThan(10)
    expect(fields.filter(name => catalogue.find(name) === undefined)).toEqual([])
  })
})
