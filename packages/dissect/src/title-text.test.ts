import { readdirSync } from 'node:fs'
import { dmvpn } from '@dmvpn/protocols'
import { hostNames, ipv4Of, Sink, textOf } from '@dmvpn/wire'
import { afterEach, expect, it } from 'vitest'
import { dissect } from './dissect.ts'
import { TreeTextExport } from './render/tree-text.ts'
import { sampleRecords } from './sample-frames.test.data.ts'
import { Session } from './session/session.ts'

const samples = readdirSync(new URL('../../../samples/captures/', import.meta.url)).filter(name =>
  name.endsWith('.pcap'),
)

afterEach(() => hostNames.clear())

/** The lines of all layers of a capture: asked for one by one, and as the whole tree has them. */
function linesOf(name: string): [asked: readonly string[], written: readonly string[]] {
  const session = new Session()
  const text = new TreeTextExport({ only: new Set() })
  const asked: string[] = []
  const s = new Sink()
  for (const record of sampleRecords(`captures/${name}`)) {
    const dissection = dissect(dmvpn, record, { session })
    asked.push(...dissection.tree.filter(({ kind }) => kind === 'layer').map(({ title }) => title))
    text.frame(s, dissection)
  }
  return [asked, s.toString().split('\n').filter(isLayerLine)]
}

/** Neither an empty line nor one about a fault. */
function isLayerLine(line: string): boolean {
  return line !== '' && !line.startsWith(' ') && !line.startsWith('[')
}

it.each(samples)('writes the line of every layer of %s as it is asked for', name => {
  const [asked, written] = linesOf(name)
  expect(written).toEqual(asked)
  expect(asked).not.toContain('')
})

it('says names in titles, wherever they are asked for', () => {
  hostNames.add(ipv4Of('150.1.1.1'), 'hub')
  const [asked, written] = linesOf('02a-phase3-auth-frr10.hub-link.pcap')
  expect(written).toEqual(asked)
  expect(asked.some(line => line.includes('Dst: hub (150.1.1.1)'))).toBe(true)
})

it.each(dmvpn.protocols.filter(protocol => protocol.title !== undefined))(
  'writes the title of $name behind what is there',
  protocol => {
    const { defaults } = protocol
    const title = textOf(s => protocol.title!(s, defaults, 1))
    expect(title).not.toBe('')
    expect(textOf(s => protocol.title!(s.text('above '), defaults, 1))).toBe(`above ${title}`)
  },
)
