/** The extension that CONTRIBUTING.md adds works as it says, in one file and without a change to the project. */
import { readFileSync } from 'node:fs'
import { Catalogue, dissect, recordOf, treeOf } from '@dmvpn/dissect'
import { all, type Extension, extensions, gre, ipv4, layer, nhrp, nhrpWith, recode, stack } from '@dmvpn/protocols'
import { expect, test } from 'vitest'
import { load } from './load-extension.ts'

const text = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8')

/** From the interface on: the imports differ inside and outside of the package. */
const body = (source: string): string => source.slice(source.indexOf('export interface Load')).trimEnd()

test('the document shows this file', () => {
  const block = /```ts\n\/\/ packages\/protocols\/src\/nhrp\/extensions\/load\.ts\n([\s\S]*?)```/.exec(
    text('../../CONTRIBUTING.md'),
  )
  expect(body(block![1]!)).toBe(body(text('./load-extension.ts')))
})

test('it is decoded, shown, found and written back', () => {
  const mine = nhrpWith([...extensions, load])
  const own = stack([...all.filter(each => each !== nhrp), mine])
  const end = { kind: 'end', compulsory: true, reserved: false, value: new Uint8Array(0) } as const
  const added = [{ ...load.defaults, percent: 42 }, end] as unknown as Extension[]
  const bytes = own.encode([layer(ipv4), layer(gre), layer(mine, { extensions: added })])
  const { frame, witness } = dissect(own, recordOf(bytes, 228))
  expect(frame.find(mine)?.extensions[0]).toEqual({ ...load.defaults, percent: 42 })
  expect(recode(frame)).toEqual(bytes)
  expect(new Catalogue(own).find('nhrp.load_ext.percent')?.label).toBe('Load in percent')
  expect(
    JSON.stringify(
      treeOf(witness)
        .at(-1)!
        .children.map(({ title }) => title),
    ),
  ).toContain('Load Extension')
})
