import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type CheckedRouter, checkConfigs, parseConfiguration, parseIos, printIos } from '@dmvpn/ios'
import { describe, expect, test } from 'vitest'

const samples = fileURLToPath(new URL('../samples/', import.meta.url))

const folders = ['scenarios', 'configs', 'routers'].flatMap(kind =>
  readdirSync(`${samples}${kind}`, { withFileTypes: true })
    .filter(each => each.isDirectory())
    .map(each => `${kind}/${each.name}`),
)

function routersOf(folder: string): readonly CheckedRouter[] {
  return readdirSync(`${samples}${folder}`)
    .filter(file => /\.(cfg|conf)$/.test(file))
    .map(file => ({ name: file, ...parseConfiguration(readFileSync(`${samples}${folder}/${file}`, 'utf8')) }))
}

/** What the labs are made to show. */
const meant: Readonly<Record<string, readonly string[]>> = {
  'scenarios/phase-2-next-hop-self': ['next-hop-self'],
  'scenarios/unique-conflict': ['address-twice'],
}

describe.each(folders)('%s', folder => {
  const routers = routersOf(folder)

  test('every line is understood or of no interest', () => {
    expect(routers.length).toBeGreaterThan(1)
    const others = routers.flatMap(({ name, lines }) =>
      lines
        .filter(({ state }) => !/^(understood|irrelevant)$/.test(state))
        .map(({ number, text, state }) => `${name}:${number}: ${state}: ${text}`),
    )
    expect(others).toEqual([])
  })

  test('nothing is wrong between the routers but what is meant to be', () => {
    expect(checkConfigs(routers).map(each => each.rule)).toEqual(meant[folder] ?? [])
  })
})

// Linux names of interfaces are abbreviations of others to IOS: only its own come back.
test.each(folders.filter(each => !each.startsWith('routers/')))('%s: what is printed reads the same', folder => {
  for (const { settings } of routersOf(folder)) {
    const text = printIos(settings)
    expect(printIos(parseIos(text).settings)).toBe(text)
    expect(parseIos(text).settings).toEqual(settings)
  }
})
