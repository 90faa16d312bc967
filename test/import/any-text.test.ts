/** No text makes the import throw, and its memory grows with the packets it finds alone. */
import { DebugReader, importLog, LogImport, LogReader } from '@dmvpn/ios'
import { messageFrame } from '@dmvpn/synth'
import { fc, test } from '@fast-check/vitest'
import { expect } from 'vitest'
import { debugLog } from './logs.ts'

const names = ['phase-1', 'phase-2-cef', 'phase-2-process', 'purge']
const lines = names.flatMap(name => debugLog(name).split('\n'))

/** Faults, and packets that can be put into frames. */
function holds(text: string): void {
  const { packets, faults, faultCount } = importLog(text)
  expect(faults.length).toBeLessThanOrEqual(faultCount)
  for (const { message, from = 0, to = 0, profile } of packets)
    expect(messageFrame(message, from, to, { profile }).bytes.length).toBeGreaterThan(28)
}

test.prop([fc.string({ maxLength: 500 })])('any text', text => holds(text))

const anyLine = fc.oneof(
  fc.constantFrom(...lines),
  fc.constantFrom(...lines).chain(line => fc.nat(line.length).map(at => line.slice(0, at))),
  fc.tuple(fc.constantFrom(...lines), fc.nat(0xffffffff)).map(([line, number]) => line.replace(/\d+/, String(number))),
  fc.tuple(fc.constantFrom(...lines), fc.string({ maxLength: 5 })).map(([line, text]) => line.replace(/[,.:]/, text)),
  fc.constantFrom('R1#', '*Mar  1 00:12:01.123: ', '65B6F500: 45C0001C 00000000', '0: NHRP: Send Error Indication'),
  fc.constantFrom(
    ' Some Extension(7):',
    '   type:Cleartext(1), data:\u0107',
    ' (M) traffic code: redirect(0)',
    'pktsz: 9 extoff: 65535',
  ),
  fc.string({ maxLength: 80 }),
)
test.prop([fc.array(anyLine, { maxLength: 60 })], { numRuns: 300 })('lines of packets, cut, changed and mixed', many =>
  holds(many.join('\n')),
)

test.prop([fc.constantFrom('Error', 'Traffic'), fc.nat(65_535), fc.nat(65_535)])(
  'indications of any size',
  (kind, size, offset) =>
    holds(`NHRP: Receive ${kind} Indication via Tunnel0 vrf 0, packet size: ${size}
(F) afn: IPv4(1), type: IP(800), hop: 255, ver: 1
shtl: 4(NSAP), sstl: 0(NSAP)
pktsz: ${size} extoff: ${offset}
(M) error code: x(7), offset: 0
src NBMA: 192.0.2.1
src protocol: 172.16.0.1, dst protocol: 172.16.0.3`),
)

test('a long log without packets leaves nothing behind', () => {
  const reader = new DebugReader()
  const log = new LogReader()
  let found = 0
  for (let index = 0; index < 5000; index++)
    for (const line of [`R${index}# (F) afn: x`, ` (M) flags: "${index}`, `NHRP: ${index} bytes out Tunnel0`])
      found += reader.line(log.read(line)).length
  expect(found).toBe(0)
  const kept = JSON.stringify([...(Reflect.get(reader, 'speakers') as Map<string, unknown>).values()])
  expect(kept.length).toBeLessThan(1_000_000)
})

test('faults are counted, not all kept', () => {
  const logs = new LogImport()
  for (let index = 0; index < 5000; index++) logs.line('NHRP: Send Purge Request via Tunnel0 vrf 0, packet size: x')
  const [{ faults, faultCount } = undefined!] = logs.end()
  expect([faults.length, faultCount]).toEqual([1000, 5000])
})

test('an entry list without end is given up', () => {
  const entry =
    '(C-1) code: no error(0)\nprefix: 0, mtu: 0, hd_time: 0\naddr_len: 0(NSAP), subaddr_len: 0(NSAP), proto_len: 0, pref: 0\n'
  const start = debugLog('phase-1').split('\n').slice(6, 13).join('\n')
  const { packets, faults } = importLog(`${start}\n${entry.repeat(300)}`)
  expect(packets).toEqual([])
  expect(faults).toMatchObject([{ expected: 'in the packet that begins here, no more than fits into a packet' }])
})
