/**
 * Runs of real routers against the core, configured alike and given the same events: every message either of them sent
 * has one of the other, equal in every field but time, ids, checksums and what the quoted data packet carried.
 */

import { readFileSync } from 'node:fs'
import { bytesOf, readCaptureFile } from '@dmvpn/capture'
import { formatPrefix, type Order, prefixOf, type Settings, seconds } from '@dmvpn/core'
import { type Cie, dmvpn, type Extension, ipv4, type Nhrp, nhrp } from '@dmvpn/protocols'
import { type Address, formatHex, formatIp, ipv4Of as ip, parseIp } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { type Lab, lab } from './lab.ts'
import { linuxMachine, type MachineName, machines } from './linux-lab.ts'

const samples = new URL('../../samples/', import.meta.url)

/** Everything a message says that two runs of one story must have in common. */
function meaningOf(bytes: Uint8Array, linkType: number): string | undefined {
  const frame = dmvpn.decode(bytes, linkType)
  const outer = frame.find(ipv4)
  const message = frame.find(nhrp)
  if (outer === undefined || message === undefined) return undefined
  return `${formatIp(outer.source)} > ${formatIp(outer.destination)} ${described(message)}`
}

const named = (address: Address | undefined): string =>
  address === undefined ? '–' : typeof address === 'object' ? formatHex(address as Uint8Array) : formatIp(address)

function described(message: Nhrp): string {
  const parts = [
    message.kind,
    `hop ${message.hopCount}`,
    `${named(message.sourceNbma)} ${named(message.sourceProtocol)}-${named(message.destinationProtocol)}`,
  ]
  if ('entries' in message) parts.push(message.flags.toString(16), message.entries.map(entryText).join(' '))
  else parts.push(`quote ${message.quote.length}`)
  if (message.kind === 'traffic-indication') parts.push(quotedHeader(message.quote))
  if (message.kind === 'error-indication')
    parts.push(`error ${message.errorCode} offset ${message.errorOffset}`, message.unused.toString(16))
  return [...parts, ...message.extensions.map(extensionText), `behind ${message.afterEnd.length}`].join(' | ')
}

function entryText({ code, prefixLength, mtu, holdingTime, preference, nbma, protocol }: Cie): string {
  return `[${code} /${prefixLength} ${mtu} ${holdingTime}s ${preference} ${named(nbma)} ${named(protocol)}]`
}

function extensionText(each: Extension): string {
  const flag = each.compulsory ? 'C' : '-'
  if ('entries' in each) return `${flag} ${each.kind} ${each.entries.map(entryText).join(' ')}`
  if (each.kind === 'authentication' && each.form === 'cleartext') return `${flag} ${each.kind} ${formatHex(each.key)}`
  return `${flag} ${each.kind}`
}

/** Services, length, flags, time to live, protocol and addresses: no identification, no flow label, no checksum. */
function quotedHeader(quote: Uint8Array): string {
  if (quote[0]! >>> 4 === 6) return `${quote[0]! & 0xf} ${quote[1]! >>> 4} ${formatHex(quote.subarray(4, 40))}`
  return [quote.subarray(0, 4), quote.subarray(6, 10), quote.subarray(12, 20)].map(each => formatHex(each)).join(' ')
}

function captured(file: string): Set<string> {
  const meanings = new Set<string>()
  for (const record of readCaptureFile(new URL(`captures/${file}`, samples))) {
    const meaning = meaningOf(bytesOf(record), record.linkType)
    if (meaning !== undefined) meanings.add(meaning)
  }
  return meanings
}

function simulated(of: Lab, link?: string): Set<string> {
  const all = of.frames.flatMap(({ bytes }) => meaningOf(bytes, 228) ?? [])
  return new Set(all.filter(each => link === undefined || each.split(' | ')[0]!.includes(`${link} `)))
}

/** Rows of FRRouting's `show ip nhrp cache`: type, protocol address, NBMA address, claimed one. */
function shown(file: string): string[] {
  const text = readFileSync(new URL(`routers/${file}`, samples), 'utf8')
  const block = text.slice(text.indexOf('show ip nhrp cache\n'), text.indexOf('show ip nhrp nhs\n'))
  const rows = [...block.matchAll(/^gre1 +(\S+) +(\S+) +(\S+) +(\S+)/gm)].map(row => row.slice(1, 5).join(' '))
  return rows.sort((one, other) => (one < other ? -1 : 1))
}

function cacheOf(of: Lab, name: string): string[] {
  const { cache } = of.station(name).router!.state.tunnels[0]!
  return cache
    .sorted()
    .map(({ kind, prefix, nbma, claimedNbma }) =>
      [kind, formatIp(prefix.address), formatIp(nbma ?? 0), formatIp(claimedNbma ?? 0)].join(' '),
    )
    .sort()
}

const frrServer = { servers: [{ protocol: ip('10.0.0.1'), nbma: ip('150.1.1.1') }] }

function players(
  each: Partial<Record<MachineName, Settings>>,
  starts: Partial<Record<MachineName, number>> = {},
): Parameters<typeof lab>[0] {
  return Object.entries(each).map(([name, settings]) => ({ name, settings, start: starts[name as MachineName] ?? 0 }))
}

const linuxPing = (source: string, destination: string, count: number): Order => ({
  order: 'ping',
  source: ip(source),
  destination: ip(destination),
  count,
  size: 84,
  timeout: seconds(1),
  interval: seconds(0.7),
})

describe('01: registrations of FRRouting, unique and not, with an MTU and without, to a server without address', () => {
  const common = { holdingTime: 15 }
  const of = lab(
    players({
      hub: linuxMachine('hub', 'frr', 32, { ...common, redirect: true }),
      s1: linuxMachine('s1', 'frr', 32, { ...common, ...frrServer, shortcut: true }),
      s2: linuxMachine('s2', 'frr', 32, { ...common, ...frrServer, shortcut: true, unique: false, mtu: 1360 }),
      s3: linuxMachine('s3', 'frr', 32, {
        ...common,
        servers: [{ nbma: ip('150.1.1.1') }],
        shortcut: true,
        unique: false,
      }),
    }),
  )
  of.simulation.run({ until: seconds(24) })

  test('messages', () => {
    expect([...simulated(of)].sort()).toEqual([...captured('01-reg-auth-frr10.hub-link.pcap')].sort())
  })

  test.each(['hub', 's1', 's2', 's3'])('cache of %s', name => {
    expect(cacheOf(of, name)).toEqual(shown(`01-reg-auth-frr10/show.a.${name}.txt`))
  })
})

describe('02a: redirects and shortcuts of FRRouting', () => {
  const spoke = { ...frrServer, holdingTime: 30, shortcut: true, unique: false }
  const of = lab(
    players({
      hub: linuxMachine('hub', 'frr', 32, { holdingTime: 30, redirect: true }),
      s1: linuxMachine('s1', 'frr', 32, spoke),
      s2: linuxMachine('s2', 'frr', 32, spoke),
      s3: linuxMachine('s3', 'frr', 32, spoke),
    }),
  )
  const at = (time: number, name: string, order: Order): void =>
    of.simulation.at(seconds(time), () => of.station(name).perform(order))
  // As `timeline.log` has them, ten seconds in place of the laboratory's slow start.
  at(10, 's1', linuxPing('10.0.2.1', '10.0.3.1', 6))
  at(14.2, 's1', linuxPing('10.0.0.2', '10.0.0.4', 4))
  at(17, 's2', linuxPing('10.0.3.1', '10.0.9.9', 2))
  at(41, 's1', { order: 'clear nhrp shortcut' })
  at(41, 's1', { order: 'clear nhrp', prefix: undefined })
  at(52, 's1', linuxPing('10.0.2.1', '10.0.3.1', 4))
  of.simulation.run({ until: seconds(20) })
  const b = new Map(['hub', 's1', 's2', 's3'].map(name => [name, cacheOf(of, name)]))
  of.simulation.run({ until: seconds(43) })
  const c = cacheOf(of, 's1')
  of.simulation.run({ until: seconds(70) })

  test('messages', () => {
    expect([...simulated(of)].sort()).toEqual([...captured('02a-phase3-auth-frr10.multi-if.pcapng')].sort())
  })

  test.each(['hub', 's1', 's2', 's3'])('cache of %s behind the pings', name => {
    expect(b.get(name)).toEqual(shown(`02a-phase3-auth-frr10/show.b.${name}.txt`))
  })

  test('cache of s1 behind the clearing', () => {
    expect(c).toEqual(shown('02a-phase3-auth-frr10/show.c.s1.txt'))
  })
})

describe('06: a spoke of FRRouting behind NAT', () => {
  const inside = '192.168.2.2'
  const spoke = { ...frrServer, holdingTime: 20, shortcut: true, unique: false }
  const of = lab(
    players({
      hub: linuxMachine('hub', 'frr', 32, { holdingTime: 20, redirect: true }),
      s2: linuxMachine('s2', 'frr', 32, spoke),
    }),
  )
  const natted = of.simulation.router('s1', linuxMachine('s1', 'frr', 32, spoke, { nbma: inside }))
  natted.join(of.cloud, { inside: ip(inside), outside: ip(machines.s1.nbma) })
  const at = (time: number, name: string, order: Order): void =>
    of.simulation.at(seconds(time), () => of.station(name).perform(order))
  at(6, 's2', linuxPing('10.0.3.1', '10.0.2.1', 5))
  at(12.3, 's1', linuxPing('10.0.2.1', '10.0.3.1', 5))
  // The laboratory was slow to print its tables: shortcuts had gone by then.
  of.simulation.run({ until: seconds(40) })

  test('messages', () => {
    expect([...simulated(of, '150.1.1.1')].sort()).toEqual([...captured('06-nat-frr10.hub-link.pcap')].sort())
  })

  test.each(['hub', 's1', 's2'])('cache of %s', name => {
    expect(cacheOf(of, name)).toEqual(shown(`06-nat-frr10/show.a.${name}.txt`))
  })
})

describe('05c: an IPv6 overlay beside that of IPv4', () => {
  const ip6 = (text: string): bigint => parseIp(text) as bigint
  const common = { holdingTime: 20 }
  const servers = [...frrServer.servers, { protocol: ip6('fd00::1'), nbma: ip('150.1.1.1') }]
  const spoke = { ...common, servers, shortcut: true, unique: false }
  const of = lab(
    players({
      hub: linuxMachine('hub', 'frr', 32, { ...common, redirect: true }, { ipv6: 1 }),
      s1: linuxMachine('s1', 'frr', 32, spoke, { ipv6: 2 }),
      s2: linuxMachine('s2', 'frr', 32, spoke, { ipv6: 3 }),
      s3: linuxMachine('s3', 'frr', 32, spoke, { ipv6: 4 }),
    }),
  )
  const at = (time: number, order: Order): void =>
    of.simulation.at(seconds(time), () => of.station('s1').perform(order))
  const linuxPing6 = (source: string, destination: string, count: number): Order => ({
    ...linuxPing('0.0.0.0', '0.0.0.0', count),
    order: 'ping',
    source: ip6(source),
    destination: ip6(destination),
    size: 104,
  })
  at(25, linuxPing6('fd00:0:0:2::1', 'fd00:0:0:3::1', 5))
  at(31.7, linuxPing6('fd00::2', 'fd00::4', 4))
  at(35, linuxPing('10.0.2.1', '10.0.3.1', 4))
  // The laboratory was slow to print its tables: shortcuts had gone by then.
  of.simulation.run({ until: seconds(75) })

  test('messages', () => {
    expect([...simulated(of, '150.1.1.1')].sort()).toEqual(
      [...captured('05c-ipv6-over-gre-frr10.hub-link.pcap')].sort(),
    )
  })

  test.each(['hub', 's1', 's2'])('cache of %s', name => {
    expect(cacheOf(of, name).filter(each => !each.includes('fd00:'))).toEqual(
      shown(`05c-ipv6-over-gre-frr10/show.b.${name}.txt`),
    )
  })
})

describe('03: purges of OpenNHRP', () => {
  const spoke = {
    holdingTime: 30,
    maps: [{ protocol: ip('10.0.0.1'), length: 24, nbma: ip('150.1.1.1') }],
    servers: [{ protocol: ip('10.0.0.1') }],
    multicast: { servers: true },
    shortcut: true,
    redirect: true,
  }
  const of = lab(
    players(
      {
        hub: linuxMachine('hub', 'opennhrp', 24, {
          holdingTime: 30,
          multicast: { dynamic: true },
          shortcut: true,
          redirect: true,
        }),
        s1: linuxMachine('s1', 'opennhrp', 24, spoke),
        s2: linuxMachine('s2', 'opennhrp', 24, spoke),
        s3: linuxMachine('s3', 'opennhrp', 24, spoke),
      },
      { s1: 1, s2: 2, s3: 3 },
    ),
  )
  const at = (time: number, name: string, order: Order): void =>
    of.simulation.at(seconds(time), () => of.station(name).perform(order))
  const s2Lan = { address: ip('10.0.3.1'), length: 24 }
  at(7.8, 's1', linuxPing('10.0.2.1', '10.0.3.1', 6))
  at(13.8, 's1', linuxPing('10.0.0.2', '10.0.0.4', 4))
  at(18.4, 's2', { order: 'purge' })
  at(24.5, 's2', { order: 'remove address', interface: 'lan0', address: s2Lan })
  at(24.5, 's2', { order: 'shutdown', interface: 'lan0' })
  at(30.2, 's2', { order: 'no shutdown', interface: 'lan0' })
  at(30.2, 's2', { order: 'add address', interface: 'lan0', address: s2Lan })
  at(32.9, 's1', linuxPing('10.0.2.1', '10.0.3.1', 6))
  at(38.7, 's2', { order: 'add address', interface: 'lan0', address: { address: ip('10.0.33.1'), length: 24 } })
  at(41, 's2', { order: 'remove address', interface: 'lan0', address: s2Lan })
  at(44.5, 's1', { order: 'purge' })
  at(44.6, 'hub', { order: 'purge' })
  of.simulation.at(seconds(48.9), () => of.cloud.connect(of.station('s1'), false))
  const tables = new Map<string, string[]>()
  for (const [tag, time, names] of [
    ['b', 17, ['hub', 's1', 's2', 's3']],
    ['c', 22, ['hub', 's1', 's2', 's3']],
    ['d', 28, ['hub', 's1', 's2']],
  ] as const) {
    of.simulation.run({ until: seconds(time) })
    for (const name of names) tables.set(`${tag}.${name}`, prefixesOf(of, name))
  }
  of.simulation.run({ until: seconds(66) })

  test('messages', () => {
    expect([...simulated(of, '150.1.1.1')].sort()).toEqual([...captured('03-purge-opennhrp.hub-link.pcap')].sort())
  })

  test.each([...tables.keys()])('cache %s', name => {
    expect(tables.get(name)).toEqual(listed(`03-purge-opennhrp/show.${name}.txt`))
  })
})

/** Blocks of OpenNHRP's `show`: type, prefix, NBMA address. */
function listed(file: string): string[] {
  const text = readFileSync(new URL(`routers/${file}`, samples), 'utf8')
  return text
    .split('\n\n')
    .flatMap(block => {
      const value = (name: string): string | undefined => new RegExp(`^${name}: (\\S+)`, 'm').exec(block)?.[1]
      const prefix = value('Protocol-Address')
      return prefix === undefined ? [] : [[value('Type'), networkText(prefix), value('NBMA-Address') ?? '–'].join(' ')]
    })
    .sort()
}

/** OpenNHRP prints a mapped network with its server's address. */
function networkText(prefix: string): string {
  const [address, length] = prefix.split('/')
  return formatPrefix(prefixOf(ip(address!), Number(length)))
}

function prefixesOf(of: Lab, name: string): string[] {
  const { cache } = of.station(name).router!.state.tunnels[0]!
  return cache
    .sorted()
    .map(({ kind, prefix, nbma }) =>
      [kind, formatPrefix(prefix), kind === 'local' ? '–' : formatIp(nbma ?? 0)].join(' '),
    )
    .sort()
}
