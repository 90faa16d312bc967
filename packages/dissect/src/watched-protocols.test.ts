import { dmvpn, ethernet, gre, icmp, ipv4, nhrp } from '@dmvpn/protocols'
import { expect, it } from 'vitest'
import { Catalogue, type CatalogueEntry } from './catalogue.ts'
import { FieldsExport } from './fields-export.ts'
import type { FrameRecord } from './frame-record.ts'
import { sampleRecords } from './sample-frames.test.data.ts'
import { Session } from './session/session.ts'
import { WatchedProtocols } from './watched-protocols.ts'

const captures = [
  '04a-auth-errors-frr10.hub-link.trimmed',
  '05a-nokey-ospf-frr10.hub-link',
  '08-gre-variants.vlan100.s1-link',
]
const frames = captures.flatMap(name => [...sampleRecords(`captures/${name}.pcap`)].slice(0, 80))
const entries = new Catalogue(dmvpn).entries.filter(
  ({ name, type, protocol, fields }) =>
    type !== 'protocol' &&
    protocol !== 'frame' &&
    !name.startsWith('_ws.') &&
    fields.every(({ severity }) => severity === undefined),
)

/** The values of fields in every frame. */
function valuesOf(names: readonly string[], further: readonly string[] = []): readonly (readonly string[])[] {
  const fields = new FieldsExport(dmvpn, [...names, ...further])
  const session = new Session()
  return frames.map((record: FrameRecord) => {
    fields.fill(record, session)
    return names.map((_, i) => fields.text(i))
  })
}

function groupsOf(all: readonly CatalogueEntry[]): ReadonlyMap<string, readonly CatalogueEntry[]> {
  const groups = new Map<string, CatalogueEntry[]>()
  for (const each of all) groups.set(each.protocol, [...(groups.get(each.protocol) ?? []), each])
  return groups
}

it('shows the fields of one protocol as if all were watched', () => {
  const expected = valuesOf(
    entries.map(({ name }) => name),
    ['frame.protocols'],
  )
  const byProtocol = groupsOf(entries)
  let shown = 0
  for (const group of byProtocol.values()) {
    const places = group.map(entry => entries.indexOf(entry))
    for (const [frame, values] of valuesOf(group.map(({ name }) => name)).entries()) {
      const all = places.map(place => expected[frame]![place]!)
      const different = group.filter((_, i) => values[i] !== all[i]).map(({ name }) => name)
      expect(different).toEqual([])
      shown += values.filter(value => value !== '').length
    }
  }
  expect(shown).toBeGreaterThan(5000)
})

it('watches who shows a wanted field, and who quotes', () => {
  const watched = new WatchedProtocols(['gre.key'], false)
  expect([gre, icmp, nhrp].map(each => watched.has(each))).toEqual([true, true, true])
  expect([ethernet, ipv4].map(each => watched.has(each))).toEqual([false, false])
})

it('watches everybody where octets may be cut short or stand behind any layer', () => {
  expect(new WatchedProtocols(['data.trailing'], false).has(ethernet)).toBe(true)
  expect(new WatchedProtocols([], true).has(ethernet)).toBe(true)
})
