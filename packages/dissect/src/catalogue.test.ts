import { dmvpn } from '@dmvpn/protocols'
import { expect, it } from 'vitest'
import { Catalogue, editDistance } from './catalogue.ts'

const catalogue = new Catalogue(dmvpn)

it('has every name once, protocols before their fields', () => {
  const names = catalogue.entries.map(entry => entry.name)
  expect(new Set(names).size).toBe(names.length)
  expect(catalogue.ofProtocol('gre')[0]).toMatchObject({ name: 'gre', type: 'protocol' })
})

it('has rows below and beside rows', () => {
  expect(catalogue.find('gre.flags.key')).toMatchObject({ label: 'Key Bit', type: 'boolean', protocol: 'gre' })
  expect(catalogue.find('ip.addr')).toMatchObject({ type: 'ipv4', protocol: 'ip' })
})

it('finds the same whether or not it has looked at everything', () => {
  const fresh = new Catalogue(dmvpn)
  for (const entry of catalogue.entries) expect(fresh.find(entry.name)).toEqual(entry)
  expect(fresh.find('gre.kye')).toBeUndefined()
})

it('guesses what was meant', () => {
  expect(catalogue.suggestions('gre.kye')[0]).toBe('gre.key')
  expect(catalogue.suggestions('dsfield')[0]).toBe('ip.dsfield')
  expect(catalogue.suggestions('quite.something.else')).toEqual([])
})

it('counts letters to insert, delete, replace or swap', () => {
  expect(editDistance('abcd', 'abdc')).toBe(1)
  expect(editDistance('abc', '')).toBe(3)
  expect(editDistance('nhrp.htme', 'nhrp.htime')).toBe(1)
})
