/**
 * Sessions at the laboratory's routers, as they go: each file of `transcripts/` is named after its scenario, holds what
 * was typed behind the prompts, and what was said to it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dmvpn, scenario } from './command.ts'

const folder = new URL('transcripts/', import.meta.url)
const behindPrompt = /^R\d(?:\(config[a-z-]*\))?#(.*)$/gm

describe.each(readdirSync(folder).map(each => each.replace('.txt', '')))('%s', name => {
  test('goes as it went', async () => {
    const text = readFileSync(new URL(`${name}.txt`, folder), 'utf8')
    const lines = [...text.matchAll(behindPrompt)].map(each => each[1]!)
    expect(lines.length).toBeGreaterThan(5)
    expect(await dmvpn(['lab', scenario(name)], lines.join('\n'))).toEqual({ code: 0, out: text, err: '' })
  })
})
