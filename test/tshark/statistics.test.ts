/** What `-z` counts over all samples: as tshark writes it, in one run of it. */
import { join } from 'node:path'
import { readCaptureFile } from '@dmvpn/capture'
import { Counter, type ExpertCount, ExpertStatistic, Session, type Statistic, statisticOf } from '@dmvpn/dissect'
import { IpsecSession } from '@dmvpn/ipsec'
import { dmvpn } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { captureFiles } from '../samples.ts'
import { inTemporaryFolder, mergeInOrder, run, tsharkVersion } from './tshark.ts'

const types = ['eth', 'ip', 'ipv6', 'tcp', 'udp']
const asWritten = ['io,phs', ...types.map(type => `conv,${type}`), ...types.map(type => `endpoints,${type}`)]
const columns = ['nhrp', 'icmp', 'COUNT(nhrp)nhrp', 'SUM(frame.len)frame.len', 'MIN(ip.ttl)ip.ttl', 'MAX(ip.ttl)ip.ttl']
const io = ['io,stat,60', `io,stat,10,${columns.join(',')}`, 'io,stat,0', 'io,stat,0.5,ip.src==150.1.2.2 && !icmp']

function counted(file: string, names: readonly string[]): readonly Statistic[] {
  const counter = new Counter(
    dmvpn,
    names.map(name => statisticOf(dmvpn, name)),
  )
  const session = new Session()
  session.only(counter.fields)
  session.openers.push(new IpsecSession())
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
    .map(line => (line.split('|').slice(2).join(' ').match(/[\d.]+/g) ?? []).map(Number))
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
    const count = (file: string, some: readonly string[]): string =>
      run('tshark', ['-n', '-q', '-r', file, ...some.flatMap(name => ['-z', name])])
    return {
      theirs: count(merged, [...asWritten, 'expert']) + count(ordered, io),
      ours: [...counted(merged, asWritten), ...counted(ordered, io), ...counted(merged, ['expert'])],
    }
  })

  test.each(asWritten.map((name, i) => [name, i] as const))('%s', (_, i) => {
    const text = textOf(ours[i]!).trim()
    if (theirs.includes(text)) return
    const title = text.split('\n')[1]!
    const from = theirs.indexOf(title)
    expect(text.slice(text.indexOf(title))).toBe(theirs.slice(from, from + text.length - text.indexOf(title)))
  })

  test.each(io.map((name, i) => [name, i] as const))('%s', (_, i) => {
    // tshark writes its tables of intervals first and last first.
    const tables = theirs.split('| IO Statistics').slice(1).reverse()
    const own = numbersOf(textOf(ours[asWritten.length + i]!))
    expect(own.length).toBeGreaterThan(0)
    expect(own).toEqual(numbersOf(tables[i]!))
  })

  test('expert', () => {
    const rows = /^ +\d+ +(Checksum|Sequence|Malformed|Protocol|Response|Request|Undecoded|Reassemble) +\S+ {2}.*$/gm
    const statistic = ours.at(-1)! as ExpertStatistic
    // What only we find odd has a name that Wireshark does not know.
    const known = new Set(run('tshark', ['-G', 'fields']).split('\n').map(line => line.split('\t')[2]))
    const own = statistic.report().filter((each: ExpertCount) => known.has(each.field))
    const line = ({ count, group, protocol, summary }: ExpertCount): string =>
      `${String(count).padStart(12)} ${group.padStart(10)} ${protocol.padStart(18)}  ${summary}`
    // Wireshark takes a clear-text password for a hash: see the exceptions of the fields.
    const wanted = (theirs.match(rows) ?? []).filter(row => !row.includes('Incomplete Authentication Extension'))
    expect(own.map(line).sort()).toEqual(wanted.sort())
  })
})
