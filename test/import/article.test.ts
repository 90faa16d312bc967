/** The thirty packets that the first article's routers print: each comes back whole, in the size it is printed with. */
import { type ImportedLog, importLog } from '@dmvpn/ios'
import { nhrp } from '@dmvpn/protocols'
import { formatIp } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { articleTraces } from '../stories/article-traces.ts'
import { traceOf } from '../stories/lab.ts'
import { debugLog } from './logs.ts'

/** Router, verb, and which of the article's packets it is. */
type Row = readonly [router: 'R1' | 'R2' | 'R3', verb: 'Send' | 'Receive' | 'Forwarding', packet: number]

const printed: readonly (readonly [string, keyof typeof articleTraces, readonly Row[]])[] = [
  [
    'phase-1',
    'phase1',
    [
      ['R1', 'Receive', 0],
      ['R1', 'Send', 1],
      ['R1', 'Receive', 2],
      ['R1', 'Send', 3],
    ],
  ],
  [
    'phase-2-cef',
    'phase2Cef',
    [
      ['R3', 'Send', 0],
      ['R3', 'Send', 0],
      ['R1', 'Receive', 0],
      ['R1', 'Send', 1],
      ['R2', 'Send', 2],
      ['R2', 'Send', 2],
      ['R3', 'Receive', 1],
      ['R1', 'Receive', 2],
      ['R1', 'Send', 3],
      ['R2', 'Receive', 3],
    ],
  ],
  [
    'phase-2-process',
    'phase2Process',
    [
      ['R3', 'Send', 0],
      ['R1', 'Receive', 0],
      ['R1', 'Forwarding', 1],
      ['R2', 'Send', 2],
      ['R2', 'Receive', 1],
      ['R2', 'Send', 3],
      ['R1', 'Receive', 2],
      ['R1', 'Forwarding', 4],
      ['R3', 'Receive', 3],
      ['R3', 'Receive', 4],
      ['R3', 'Send', 5],
      ['R2', 'Receive', 5],
    ],
  ],
  [
    'purge',
    'purge',
    [
      ['R3', 'Send', 0],
      ['R2', 'Receive', 0],
      ['R2', 'Send', 1],
      ['R3', 'Receive', 1],
    ],
  ],
]

const all: ImportedLog[] = printed.map(([name]) => importLog(debugLog(name)))

test('thirty blocks, thirty packets, equal sizes, nothing not understood', () => {
  const packets = all.flatMap(each => each.packets)
  expect(packets).toHaveLength(30)
  expect(packets.map(({ size }) => size)).toEqual(packets.map(each => each.printed.size))
  expect(packets.map(({ message }) => nhrp.size(message))).toEqual(packets.map(each => each.printed.size))
  expect(packets.flatMap(({ difference }) => difference ?? [])).toEqual([])
  expect(all.flatMap(({ faults }) => faults)).toEqual([])
})

describe.each(printed)('%s', (name, section, rows) => {
  const { packets } = importLog(debugLog(name))

  test('every printed field is in the packet', () => {
    expect(packets.map(({ message }) => traceOf(message))).toEqual(
      rows.map(([, , index]) => articleTraces[section][index]),
    )
  })

  test('each by the router that printed it', () => {
    const said = packets.map(each => [each.printed.router, each.printed.verb])
    expect(said).toEqual(rows.map(([router, verb]) => [`Rack1${router}`, verb]))
  })

  test('the password is five octets that nobody knows', () => {
    for (const { message, assumptions } of packets) {
      const authentication = message.extensions.find(each => each.kind === 'authentication')
      expect(authentication).toMatchObject({ form: 'cleartext', key: new Uint8Array(5) })
      expect(assumptions).toContain('the password of 5 octets is not printed: zeros')
    }
  })
})

const phase2 = importLog(debugLog('phase-2-cef'))
const process2 = importLog(debugLog('phase-2-process'))

/** The routers' outside addresses, by which they are told apart. */
const outside = (log: ImportedLog): string[] =>
  log.packets.map(({ from, to }) =>
    [from, to].map(each => (each === undefined ? '?' : formatIp(each).slice(6))).join(' > '),
  )

test('packets go from router to router, as the lines around them tell', () => {
  const [r1, r2, r3] = ['1.1', '2.2', '3.3']
  expect(outside(phase2).filter((_, index) => phase2.packets[index]!.printed.fate !== 'no encapsulation')).toEqual([
    `${r3} > ${r1}`,
    `${r3} > ${r1}`,
    `${r1} > ${r3}`,
    `${r2} > ${r1}`,
    `${r1} > ${r3}`,
    `${r2} > ${r1}`,
    `${r1} > ${r2}`,
    `${r1} > ${r2}`,
  ])
  expect(outside(process2)).toEqual([
    `${r3} > ${r1}`,
    `${r3} > ${r1}`,
    `${r1} > ${r2}`,
    `${r2} > ${r1}`,
    `${r1} > ${r2}`,
    `${r2} > ${r3}`,
    `${r2} > ${r1}`,
    `${r1} > ${r3}`,
    `${r2} > ${r3}`,
    `${r1} > ${r3}`,
    `${r3} > ${r2}`,
    `${r3} > ${r2}`,
  ])
})

test('where no line tells an address, none is made up', () => {
  expect(outside(importLog(debugLog('phase-1')))).toEqual(['3.3 > ?', '? > 3.3', '2.2 > ?', '? > 2.2'])
})

test('two packets found no way, and never left', () => {
  const failed = phase2.packets.filter(({ printed: { fate } }) => fate === 'no encapsulation')
  expect(failed.map(({ printed: { router, requestId } }) => [router, requestId])).toEqual([
    ['Rack1R3', 994],
    ['Rack1R2', 1012],
  ])
})

test('records name the stations that other lines tell of', () => {
  const reply = process2.packets.find(({ size }) => size === 129)!.message
  const [responder, forward, reverse] = reply.extensions
  expect(responder).toMatchObject({ kind: 'responder-address', entries: [{ mtu: 1514, prefixLength: 0 }] })
  expect(
    [responder, forward].map(each => each !== undefined && 'entries' in each && each.entries.map(({ nbma }) => nbma)),
  ).toEqual([[0x96010202], [0x96010101]])
  expect(reverse).toMatchObject({ kind: 'reverse-transit', entries: [] })
})
