/** Caches rebuilt from captures against what the routers themselves showed while the captures were taken. */
import { readFileSync } from 'node:fs'
import { readCaptureFile } from '@dmvpn/capture'
import { decodeRecord, Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { type Binding, BindingTimeline, Judge, writeBindings, writeTimelines } from '@dmvpn/replay'
import { formatIp, parseIp, Sink } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'

const samples = new URL('../../samples/', import.meta.url)

/** Follows a capture up to an instant: seconds since its first frame. */
function followed(file: string, until = Number.POSITIVE_INFINITY): BindingTimeline {
  const session = new Session()
  session.only(['nhrp.response_in'])
  const judge = new Judge(session, { rules: [], onVerdict: () => {} })
  const timeline = new BindingTimeline(judge.network)
  judge.watch({
    take: seen => {
      if (seen.time <= until * 1e9) timeline.take(seen)
    },
  })
  for (const record of readCaptureFile(new URL(`captures/${file}`, samples)))
    judge.take(decodeRecord(dmvpn, record, session), record)
  judge.end()
  return timeline
}

interface Row {
  readonly type: string
  readonly protocol: string
  readonly nbma: string
  readonly claimed: string
}

/** FRRouting's `show ip nhrp cache` but for its own addresses. */
function shown(file: string): readonly Row[] {
  const text = readFileSync(new URL(`routers/${file}`, samples), 'utf8')
  const block = text.slice(text.indexOf('show ip nhrp cache\n'), text.indexOf('show ip nhrp nhs\n'))
  return [...block.matchAll(/^gre1 +(\S+) +(\S+) +(\S+) +(\S+)/gm)]
    .map(([, type, protocol, nbma, claimed]) => ({ type: type!, protocol: protocol!, nbma: nbma!, claimed: claimed! }))
    .filter(({ type }) => type !== 'local')
}

function covers({ network, prefixLength }: Binding, protocol: string): boolean {
  const address = parseIp(protocol)!
  if (typeof address !== typeof network) return false
  const shift = BigInt((typeof address === 'number' ? 32 : 128) - prefixLength)
  return BigInt(address) >> shift === BigInt(network) >> shift
}

const nbmas = { hub: '150.1.1.1', s1: '150.1.2.2', s2: '150.1.3.3', s3: '150.1.4.4' } as const

/** Runs whose capture has every link that the tables depend on, and when a table was shown, in seconds of the capture. */
const tables = [
  { run: '01-reg-auth-frr10', capture: 'hub-link.pcap', at: 15, table: 'a', machines: ['hub', 's1', 's2', 's3'] },
  { run: '02a-phase3-auth-frr10', capture: 'multi-if.pcapng', at: 25, table: 'a', machines: ['hub', 's1', 's2', 's3'] },
  { run: '02a-phase3-auth-frr10', capture: 'multi-if.pcapng', at: 44, table: 'b', machines: ['hub', 's1', 's2', 's3'] },
  { run: '06-nat-frr10', capture: 'hub-link.pcap', at: 20, table: 'a', machines: ['hub'] },
] as const

describe.each(tables)('$run at $at s', ({ run, capture, at, table, machines }) => {
  const bindings = followed(`${run}.${capture}`, at).at(at * 1e9)

  test.each(machines)('the cache of %s is what it showed', name => {
    const own = bindings.filter(({ holder, nbma }) => formatIp(holder) === nbmas[name] && nbma !== undefined)
    const rows = shown(`${run}/show.${table}.${name}.txt`)
    expect(rows.length).toBeGreaterThan(0)
    for (const { type, protocol, nbma, claimed } of rows) {
      const found = own.filter(each => covers(each, protocol) && formatIp(each.nbma!) === nbma)
      expect([protocol, found.length > 0]).toEqual([protocol, true])
      const server = found.some(({ origin }) => origin === 'server')
      expect([protocol, server ? 'nhs' : 'dynamic']).toEqual([protocol, type])
      expect(found.map(each => formatIp(each.claimed!))).toContain(claimed)
    }
    for (const each of own)
      expect([formatIp(each.network), rows.some(({ protocol }) => covers(each, protocol))]).toEqual([
        formatIp(each.network),
        true,
      ])
  })
})

test('what becomes of a binding is told with its frames', () => {
  const timeline = followed('02a-phase3-auth-frr10.multi-if.pcapng')
  const shortcut = timeline.all(100e9).find(({ holder, network }) => {
    return formatIp(holder) === nbmas.s1 && formatIp(network) === '10.0.3.0'
  })!
  expect(shortcut.events.map(({ change }) => change)).toEqual(['created', 'used', 'expired', 'created', 'used'])
  expect(shortcut.events.map(({ frame }) => frame === undefined)).toEqual([false, false, true, false, false])
  expect(shortcut.flaps).toBe(1)
})

function text(write: (s: Sink) => void): string {
  const sink = new Sink()
  write(sink)
  return sink.toString()
}

test('in the form of show ip nhrp, and as timelines', () => {
  const timeline = followed('02a-phase3-auth-frr10.multi-if.pcapng', 44)
  const own = timeline.at(44e9).filter(({ holder }) => formatIp(holder) === nbmas.s1)
  expect(text(s => writeBindings(s, own, { at: 44e9 }))).toMatchInlineSnapshot(`
    "150.1.2.2:
      10.0.0.1/32 via 10.0.0.1 created 00:00:33, never expire
        Type: static, Flags: authoritative
        NBMA address: 150.1.1.1
      10.0.0.3/32 via 10.0.0.3 created 00:00:10, expire 00:00:19
        Type: dynamic, Flags: router implicit
        NBMA address: 150.1.3.3
      10.0.0.4/32 via 10.0.0.4 created 00:00:05, expire 00:00:24
        Type: dynamic, Flags: router used
        NBMA address: 150.1.4.4
      10.0.3.0/24 via 10.0.0.3 created 00:00:10, expire 00:00:19
        Type: dynamic, Flags: router used
        NBMA address: 150.1.3.3
    "
  `)
  expect(text(s => writeTimelines(s, own.slice(0, 1), () => 's1'))).toMatchInlineSnapshot(`
    "s1 (150.1.2.2): 10.0.0.1/32 at 150.1.1.1, server
         10.212463  created  frame 6
         20.216713  refreshed  frame 26
         30.232892  refreshed  frame 40
         40.246461  refreshed  frame 143
    "
  `)
})
