/**
 * Wireshark reads what the speaker sends: nothing malformed, every checksum right, and every field of OSPF is the one
 * that our own decoder shows. The samples, 05a among them, are compared in test/tshark.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readCaptureFile, recordOf, writePcap } from '@dmvpn/capture'
import { seconds } from '@dmvpn/core'
import { Catalogue, FieldsExport, Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { ipv4Of as ip, Sink } from '@dmvpn/wire'
import { beforeAll, describe, expect, test } from 'vitest'
import type { Lab } from '../stories/lab.ts'
import { inTemporaryFolder, run, tsharkVersion } from '../tshark/tshark.ts'
import { beyondBorder, type Member, meshed } from './mesh.ts'
import { labOf, until } from './network.ts'

const area = (network: string, wildcard: string, id: number): { address: number; wildcard: number; area: number } => ({
  address: ip(network),
  wildcard: ip(wildcard),
  area: id,
})
const bordering = (n: number): NonNullable<Member['process']> => ({
  networks: [area(`10.0.${n}.0`, '0.0.0.255', n), area('10.0.0.0', '0.0.0.255', 0)],
  ...(n === 1 ? { defaultInformation: { always: true, metric: 1, type: 2 } } : {}),
})

/** Runs that between them show every message and every type of advertisement the speaker knows. */
function runs(): Lab[] {
  const folders = ['phase-1-ospf', 'phase-2-ospf-broadcast', 'two-hubs-one-cloud', 'two-clouds', 'hub-failover']
  const authentications = [
    { kind: 'simple', key: 'secret' },
    { kind: 'md5', keyId: 7, key: 'a longer secret' },
  ] as const
  const labs = [
    ...folders.map(folder => labOf(folder)),
    beyondBorder(),
    ...authentications.map(authentication =>
      meshed([1, 2, 3].map((n): Member => ({ ospf: { network: 'broadcast', authentication }, process: bordering(n) }))),
    ),
  ]
  for (const of of labs) {
    of.simulation.at(seconds(100), () => of.station('R1').perform({ order: 'shutdown', interface: 'Loopback1' }))
    until(of, 130)
  }
  return labs
}

/** Cells of a table, a row for each frame. */
const cells = (text: string): string[][] =>
  text
    .trimEnd()
    .split('\n')
    .map(line => line.split('\t'))

interface Reading {
  readonly names: readonly string[]
  readonly theirs: readonly (readonly string[])[]
  /** The names we know, and what we show. */
  readonly known: readonly string[]
  readonly ours: readonly (readonly string[])[]
  /** tshark's tree of every packet of OSPF. */
  readonly details: string
}

function reading(folder: string): Reading {
  const file = join(folder, 'ospf.pcap')
  const frames = runs().flatMap(of => of.frames)
  const records = frames.map(({ bytes }, index) => recordOf(bytes, { linkType: 228, seconds: index, nanoseconds: 0 }))
  writeFileSync(file, writePcap(records))
  const names = run('tshark', ['-G', 'fields'])
    .split('\n')
    .map(line => line.split('\t'))
    .flatMap(([kind, , name = '']) => (kind === 'F' && /^ospf\b/.test(name) ? [name] : []))
  const catalogue = new Catalogue(dmvpn)
  const known = names.filter(name => catalogue.find(name) !== undefined)
  const theirs = run('tshark', ['-n', '-r', file, '-T', 'fields', ...names.flatMap(name => ['-e', name])])
  const sink = new Sink()
  const fields = new FieldsExport(dmvpn, known)
  const session = new Session()
  for (const record of readCaptureFile(file)) fields.write(sink, record, session)
  const filter = ['-Y', 'ospf || _ws.malformed || ip.checksum.status == 0']
  const details = run('tshark', [
    '-n',
    '-r',
    file,
    '-o',
    'ip.check_checksum:TRUE',
    '-O',
    'ospf,_ws.malformed',
    ...filter,
  ])
  return { names, theirs: cells(theirs), known, ours: cells(sink.toString()), details }
}

describe.skipIf(tsharkVersion === undefined)(`as tshark ${tsharkVersion} reads it`, () => {
  let read: Reading
  beforeAll(() => {
    read = inTemporaryFolder(reading)
  }, 120_000)

  test('nothing is malformed, no checksum is wrong', () => {
    expect(read.details.match(/Malformed|incorrect|Bad checksum|Expert Info.*/g)).toBe(null)
    expect(read.details.match(/^Open Shortest Path First/gm)!.length).toBeGreaterThan(1500)
    expect(read.details.match(/Checksum: 0x[0-9a-f]{4} \[correct\]/g)!.length).toBeGreaterThan(1000)
  })

  test('every message and every type of advertisement is there', () => {
    const column = (name: string): Set<string> => {
      const at = read.names.indexOf(name)
      return new Set(read.theirs.flatMap(row => (row[at] ?? '').split(',')))
    }
    for (const type of ['1', '2', '3', '4', '5']) expect(column('ospf.msg')).toContain(type)
    for (const type of ['1', '2', '3', '4', '5']) expect(column('ospf.lsa')).toContain(type)
    for (const type of ['0', '1', '2']) expect(column('ospf.auth.type')).toContain(type)
  })

  test('every field is the one that our decoder shows', () => {
    const { names, known, theirs, ours } = read
    expect(ours.length).toBe(theirs.length)
    const place = new Map(known.map((name, at) => [name, at]))
    const differences = theirs.flatMap((row, frame) =>
      names.flatMap((name, at) => {
        const own = place.get(name)
        const [their, our] = [row[at] ?? '', own === undefined ? '' : (ours[frame]![own] ?? '')]
        return their === our ? [] : [`frame ${frame + 1}, ${name}: theirs ${their}, ours ${our}`]
      }),
    )
    expect(differences).toEqual([])
  })
})
