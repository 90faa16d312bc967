/**
 * Every field that tshark prints under these prefixes, for every frame of every sample, is printed by us, equal, and
 * nothing more under those names. One run of tshark over the merged samples.
 */

import { join } from 'node:path'
import { readCaptureFile } from '@dmvpn/capture'
import { Catalogue, decodeRecord, FieldsExport, type Foresight, Session } from '@dmvpn/dissect'
import { IpsecSession } from '@dmvpn/ipsec'
import { dmvpn } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { type Cell, faults, outside } from './exceptions.ts'
import { inTemporaryFolder, mergeInOrder, run, tsharkVersion } from './tshark.ts'

const prefixes =
  'frame.number frame.len frame.protocols eth vlan ieee8021ad sll ip ipv6 icmp icmpv6 tcp udp arp ah gre nhrp esp udpencap isakmp ospf'.split(
    ' ',
  )

/** The tcp and isakmp fields compared: those of the headers. What stands behind is named, not taken apart. */
const bodies = [
  /^tcp\.(options|option_|segment|reassembled|urgent_pointer\.)/,
  /^isakmp\.(?!(ispi|rspi|nextpayload|version|mjver|mnver|exchangetype|flags|flag_|messageid|length|typepayload|payloadlength|criticalpayload)\b)/,
]

function namesOfTshark(): string[] {
  const wanted = new Set<string>()
  for (const line of run('tshark', ['-G', 'fields']).split('\n')) {
    const [kind, , name] = line.split('\t')
    if (kind !== 'F' || name === undefined) continue
    if (bodies.some(body => body.test(name))) continue
    if (prefixes.includes(name) || (prefixes.includes(name.slice(0, name.indexOf('.'))) && name.includes('.')))
      wanted.add(name)
  }
  return [...wanted]
}

/** What a first pass over the file leaves to the second. */
function foresightOf(file: string): Foresight | undefined {
  const first = new Session({ keeps: true })
  for (const record of readCaptureFile(file)) decodeRecord(dmvpn, record, first)
  return first.foresight
}

describe.skipIf(tsharkVersion === undefined).each([
  ['one pass', []],
  ['two passes', ['-2']],
] as const)(`fields as tshark ${tsharkVersion} prints them in %s`, (_, passes) => {
  const names = tsharkVersion === undefined ? [] : namesOfTshark()
  const catalogue = new Catalogue(dmvpn)
  const known = names.filter(name => catalogue.find(name) !== undefined)
  const files = captureFiles()
  const { theirs, ours } = inTemporaryFolder(folder => {
    if (tsharkVersion === undefined) return { theirs: [], ours: [] }
    const merged = join(folder, 'merged.pcapng')
    mergeInOrder(files, merged)
    const selected = names.flatMap(name => ['-e', name])
    const text = run('tshark', [...passes, '-n', '-r', merged, '-T', 'fields', ...selected])
    const sink = new Sink()
    const fields = new FieldsExport(dmvpn, known)
    const session = new Session({ known: passes.length === 0 ? undefined : foresightOf(merged) })
    session.openers.push(new IpsecSession())
    for (const record of readCaptureFile(merged)) fields.write(sink, record, session)
    return { theirs: text.trimEnd().split('\n'), ours: sink.toString().trimEnd().split('\n') }
  })

  test('there is something to compare', () => {
    expect(names.length).toBeGreaterThan(1000)
    expect(theirs.length).toBeGreaterThan(2000)
    expect(ours.length).toBe(theirs.length)
  })

  test('every cell is equal, or excepted for a listed reason', () => {
    const used = new Set<unknown>()
    const differences = new Map<string, string[]>()
    const index = new Map(known.map((name, i) => [name, i]))
    const place = new Map(names.map((name, i) => [name, i]))
    for (const [i, line] of theirs.entries()) {
      const cells = line.split('\t')
      const own = ours[i]!.split('\t')
      const row = (name: string): string => cells[place.get(name) ?? -1] ?? ''
      for (const [j, name] of names.entries()) {
        const cell: Cell = { name, theirs: cells[j] ?? '', ours: own[index.get(name) ?? -1] ?? '', row }
        if (cell.theirs === cell.ours) continue
        const reason = faults.find(each => each.applies(cell)) ?? outside.find(pattern => pattern.test(name))
        if (reason === undefined) {
          const said = `frame ${i + 1}: theirs ${cell.theirs || '–'}, ours ${cell.ours || '–'}`
          differences.set(name, [...(differences.get(name) ?? []), said])
        } else used.add(reason)
      }
    }
    const report = [...differences].map(([name, all]) => `${name} (${all.length}): ${all.slice(0, 3).join('; ')}`)
    expect(report).toEqual([])
    const unused = [...faults, ...outside].filter(each => !used.has(each))
    expect(unused.map(each => ('because' in each ? each.because : String(each)))).toEqual([])
  })
})
