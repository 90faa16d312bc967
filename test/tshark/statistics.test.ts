/** What `-z` counts over all samples: as tshark writes it, in one run of it. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { linkType, readCaptureFile, recordOf, writePcap } from '@dmvpn/capture'
import { Counter, type ExpertCount, type ExpertStatistic, Session, type Statistic, statisticOf } from '@dmvpn/dissect'
import { IpsecSession } from '@dmvpn/ipsec'
import { data, dmvpn, gre, ipv4, layer, tcp } from '@dmvpn/protocols'
import { ipv4Of, Sink } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { inTemporaryFolder, mergeInOrder, run, tsharkVersion } from './tshark.ts'

const types = ['eth', 'ip', 'ipv6', 'udp']
const asWritten = ['io,phs', ...types.map(type => `conv,${type}`), ...types.map(type => `endpoints,${type}`)]
const filtered = [
  'io,phs,nhrp.code == 0',
  'conv,ip,gre && !icmp',
  'endpoints,ip,nhrp.hdr.op.type in {1, 3, 5}',
  'endpoints,udp,udp.length > 60 || ip.src == 150.1.1.1',
]
const ofSegments = ['io,phs', 'conv,tcp', 'endpoints,tcp', 'conv,tcp,tcp.len > 0', 'endpoints,tcp,ip.src == 10.0.0.2']
const columns = ['nhrp', 'icmp', 'COUNT(nhrp)nhrp', 'SUM(frame.len)frame.len', 'MIN(ip.ttl)ip.ttl', 'MAX(ip.ttl)ip.ttl']
const io = [
  'io,stat,60',
  `io,stat,10,${columns.join(',')}`,
  'io,stat,0',
  'io,stat,30,FRAMES,BYTES,FRAMES()nhrp,BYTES()icmp',
  'io,stat,0.5,ip.src==150.1.2.2 && !icmp',
  'io,stat,30,LOAD(frame.time_relative)frame.time_relative && icmp',
]

/** Connections through a tunnel and beside it, two of them between the same ports: no sample has any. */
function writeSegments(file: string): void {
  const [here, there] = [ipv4Of('10.0.0.2'), ipv4Of('10.0.0.9')]
  const outer = [layer(ipv4, { source: ipv4Of('150.1.2.2'), destination: ipv4Of('150.1.1.1') }), layer(gre, { key: 1 })]
  const segments = [
    [40_000, 100, { synchronize: true }, 0],
    [40_000, 101, { acknowledgment: true }, 30],
    [40_001, 900, { synchronize: true }, 0],
    [40_000, 131, { acknowledgment: true }, 500],
    [40_000, 7000, { synchronize: true }, 0],
    [40_000, 7001, { acknowledgment: true }, 9500],
    [40_001, 901, { acknowledgment: true, reset: true }, 0],
  ] as const
  const records = segments.flatMap(([port, sequenceNumber, flags, size], i) => {
    const payload = layer(data, { bytes: new Uint8Array(size) })
    const forth = layer(tcp, { sourcePort: port, destinationPort: 39_999, sequenceNumber, ...flags })
    const back = layer(tcp, { sourcePort: 39_999, destinationPort: port, sequenceNumber: 5, acknowledgment: true })
    const frames = [
      [...outer, layer(ipv4, { source: here, destination: there }), forth, ...(size > 0 ? [payload] : [])],
      [layer(ipv4, { source: there, destination: here }), back],
    ]
    return frames.map((layers, j) =>
      recordOf(dmvpn.encode(layers), { seconds: 100 + i, nanoseconds: j * 7_000_000, linkType: linkType.raw }),
    )
  })
  writeFileSync(file, writePcap(records))
}

function counted(file: string, names: readonly string[]): readonly Statistic[] {
  const counter = new Counter(
    dmvpn,
    names.map(name => statisticOf(dmvpn, name)),
  )
  const session = new Session()
  session.only(counter.fields)
  session.openers.push(new IpsecSession())
  counter.begin(session, file)
  for (const record of readCaptureFile(file)) counter.take(record, session)
  counter.end(session)
  return counter.statistics
}

function textOf(statistic: Statistic): string {
  const s = new Sink()
  statistic.write(s)
  return s.toString()
}

/** The numbers in the rows of an `io,stat` table. */
function numbersOf(table: string): number[][] {
  return table
    .split('\n')
    .filter(line => /^\|\s*[\d.]+ <>/.test(line))
    .map(line =>
      (
        line
          .split('|')
          .slice(2)
          .join(' ')
          .match(/[\d.]+/g) ?? []
      ).map(Number),
    )
}

describe.skipIf(tsharkVersion === undefined)(`statistics as tshark ${tsharkVersion} has them`, () => {
  const { theirs, ours } = inTemporaryFolder(folder => {
    if (tsharkVersion === undefined) return { theirs: '', ours: [] }
    const merged = join(folder, 'merged.pcapng')
    mergeInOrder(captureFiles(), merged)
    // Of what is not in time order tshark makes intervals of its own; and a filter makes it count `frame` itself in the
    // hierarchy: so a run without filters, and one of frames in order.
    const ordered = join(folder, 'ordered.pcapng')
    run('reordercap', [merged, ordered])
    const segments = join(folder, 'segments.pcap')
    writeSegments(segments)
    const count = (file: string, some: readonly string[]): string =>
      run('tshark', ['-n', '-q', '-r', file, ...some.flatMap(name => ['-z', name])])
    return {
      theirs:
        count(merged, [...asWritten, 'expert']) +
        count(ordered, io) +
        count(merged, filtered) +
        count(segments, ofSegments),
      ours: [
        ...counted(merged, asWritten),
        ...counted(ordered, io),
        ...counted(merged, filtered),
        ...counted(segments, ofSegments),
        ...counted(merged, ['expert']),
      ],
    }
  })

  const placed = [...asWritten, ...io, ...filtered, ...ofSegments].map((name, i) => [name, i] as const)

  test.each(placed.filter(([name]) => !io.includes(name)))('%s', (_, i) => {
    const text = textOf(ours[i]!).trim()
    expect(text.split('\n').length).toBeGreaterThan(5)
    if (theirs.includes(text)) return
    const [, title, filter] = text.split('\n')
    const from = theirs.indexOf(`${title}\n${filter}`)
    expect(text.slice(text.indexOf(title!))).toBe(theirs.slice(from, from + text.length - text.indexOf(title!)))
  })

  test.each(io.map((name, i) => [name, i] as const))('%s', (_, i) => {
    // tshark writes its tables of intervals first and last first.
    const tables = theirs.split('| IO Statistics').slice(1).reverse()
    const own = numbersOf(textOf(ours[asWritten.length + i]!))
    expect(own.length).toBeGreaterThan(0)
    // tshark counts microseconds: a LOAD of nanoseconds differs in the last digit.
    const exact = !io[i]!.includes('LOAD')
    expect(own).toEqual(numbersOf(tables[i]!).map(row => (exact ? row : row.map(each => expect.closeTo(each, 4)))))
  })

  test('expert', () => {
    const rows = /^ +\d+ +(Checksum|Sequence|Malformed|Protocol|Response|Request|Undecoded|Reassemble) +\S+ {2}.*$/gm
    const statistic = ours.at(-1)! as ExpertStatistic
    // What only we find odd has a name that Wireshark does not know.
    const known = new Set(
      run('tshark', ['-G', 'fields'])
        .split('\n')
        .map(line => line.split('\t')[2]),
    )
    const own = statistic.report().filter((each: ExpertCount) => known.has(each.field))
    const line = ({ count, group, protocol, summary }: ExpertCount): string =>
      `${String(count).padStart(12)} ${group.padStart(10)} ${protocol.padStart(18)}  ${summary}`
    // Wireshark takes a clear-text password for a hash: see the exceptions of the fields.
    const wanted = (theirs.match(rows) ?? []).filter(row => !row.includes('Incomplete Authentication Extension'))
    expect(own.map(line).sort()).toEqual(wanted.sort())
  })
})
