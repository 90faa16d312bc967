/** Stories told of captures of real networks, and of the same captures with something taken away or changed. */
import { bytesOf, type CaptureRecord, keep, readCaptureFile, recordOf } from '@dmvpn/capture'
import { decodeRecord, Session } from '@dmvpn/dissect'
import { dmvpn, nhrp } from '@dmvpn/protocols'
import { BindingTimeline, Diagnosis, Judge, type Remark } from '@dmvpn/replay'
import { packetFrame } from '@dmvpn/synth'
import { describe, expect, test } from 'vitest'

const samples = new URL('../../samples/captures/', import.meta.url)

function recordsOf(file: string): readonly CaptureRecord[] {
  return Array.from(readCaptureFile(new URL(file, samples)), keep)
}

function diagnosed(records: Iterable<CaptureRecord>): readonly Remark[] {
  const session = new Session()
  session.only(['nhrp.response_in'])
  const judge = new Judge(session, { rules: [], onVerdict: () => {} })
  const bindings = new BindingTimeline(judge.network)
  const diagnosis = new Diagnosis(judge.network, bindings)
  judge.watch(bindings)
  judge.watch(diagnosis)
  for (const record of records) judge.take(decodeRecord(dmvpn, record, session), record)
  judge.end()
  return diagnosis.remarks()
}

function textsOf(remarks: readonly Remark[], topic: Remark['topic']): string[] {
  return remarks.filter(each => each.topic === topic).map(({ severity, text }) => `${severity}: ${text}`)
}

/** Whether a record is an NHRP message of a kind. */
function isMessage(record: CaptureRecord, kind: string): boolean {
  return dmvpn.decode(bytesOf(record), record.linkType).find(nhrp)?.kind === kind
}

/** Whether it is a data packet straight from one spoke to another. */
function isStraight(record: CaptureRecord): boolean {
  const frame = dmvpn.decode(bytesOf(record), record.linkType)
  const [outer, inner] = frame.layers.filter(({ protocol }) => protocol.name === 'ip')
  if (outer === undefined || inner === undefined) return false
  const { source, destination } = outer.packet as { readonly source: number; readonly destination: number }
  const hub = 0x96010101
  return source !== hub && destination !== hub
}

const shortcuts = recordsOf('02a-phase3-auth-frr10.multi-if.pcapng')

describe('shortcuts', () => {
  test('the whole chain, with its frames', () => {
    const story = diagnosed(shortcuts).find(({ text }) => text.startsWith('10.0.2.1 to 10.0.3.1'))!
    expect(story.text).toBe('10.0.2.1 to 10.0.3.1: straight after 1.405 s and 4 packets by way of the server')
    expect(story.steps.map(({ frame, text }) => `${frame} ${text}`)).toEqual([
      '53 the first packet leaves 150.1.2.2 for the server 150.1.1.1',
      '50 the server passes it on to 150.1.3.3',
      '72 150.1.1.1 tells 150.1.2.2 of a shorter way (Traffic Indication)',
      '74 150.1.2.2 asks 150.1.1.1 for 10.0.3.1 (Resolution Request 4)',
      '65 150.1.1.1 passes it on to 150.1.3.3 (Resolution Request 4)',
      '66 150.1.3.3 answers: /24 at 150.1.3.3 (Resolution Reply 4)',
      '80 150.1.1.1 passes it on (Resolution Reply 4)',
      '87 the first packet goes straight to 150.1.3.3',
    ])
  })

  const byTheServer = shortcuts.filter(each => !isStraight(each))

  test('a reply that is missing', () => {
    const remarks = diagnosed(byTheServer.filter(each => !isMessage(each, 'resolution-reply')))
    expect(textsOf(remarks, 'shortcut')).toContain(
      'error: 10.0.2.1 to 10.0.3.1: Resolution Request 10 for 10.0.3.1 reached 150.1.3.3 at 76.115 s; no reply within 5 s',
    )
  })

  test('a reply that never came home', () => {
    const home = (each: CaptureRecord): boolean => {
      const source = dmvpn.decode(bytesOf(each), each.linkType).layers.find(({ protocol }) => protocol.name === 'ip')
      return (
        isMessage(each, 'resolution-reply') && (source!.packet as { readonly source: number }).source === 0x96010101
      )
    }
    const remarks = diagnosed(byTheServer.filter(each => !home(each)))
    expect(textsOf(remarks, 'shortcut').filter(text => text.includes('and never 150.1.2.2'))).not.toEqual([])
  })

  test('an indication nobody acted on', () => {
    const kinds = ['resolution-request', 'resolution-reply']
    const remarks = diagnosed(byTheServer.filter(each => !kinds.some(kind => isMessage(each, kind))))
    expect(textsOf(remarks, 'shortcut')).toContain(
      'warning: 10.0.2.1 to 10.0.3.1: the Traffic Indication reached 150.1.2.2 at 33.922 s; it never asked (is it configured to make shortcuts?)',
    )
  })

  test('no indication at all', () => {
    const kinds = ['traffic-indication', 'resolution-request', 'resolution-reply']
    const remarks = diagnosed(byTheServer.filter(each => !kinds.some(kind => isMessage(each, kind))))
    expect(textsOf(remarks, 'shortcut')).toContain(
      'information: 10.0.2.1 to 10.0.3.1: stays on the way by the server; it sent no Traffic Indication and 150.1.2.2 asked for no shorter way',
    )
  })

  test('one side alone accuses nobody', () => {
    for (const file of ['02a-phase3-auth-frr10.s1-link.pcap', '02a-phase3-auth-frr10.s2-link.pcap'])
      expect(diagnosed(recordsOf(file)).map(({ severity }) => severity)).not.toContain('error')
  })
})

test('passwords that differ, the storm they make, and who could not register meanwhile', () => {
  const remarks = diagnosed(recordsOf('04a-auth-errors-frr10.hub-link.trimmed.pcap'))
  expect(textsOf(remarks, 'mismatch')).toContain(
    'error: 150.1.1.1 does not accept the password of 150.1.3.3 (Error Indication 11)',
  )
  expect(textsOf(remarks, 'errors')).toEqual([
    'error: 107 Error Indications 11 of 150.1.1.1 to 150.1.2.2, a storm from 18.673 s on',
    'error: 106 Error Indications 11 of 150.1.2.2 to 150.1.1.1, a storm from 18.680 s on',
  ])
  expect(textsOf(remarks, 'registration')).toEqual([
    'warning: 3 Registration Requests of 150.1.3.3 to 150.1.1.1 not answered, until one was at 77.518 s',
  ])
  expect(textsOf(remarks, 'holding-time')).toEqual([
    'warning: 10.0.0.4 of 150.1.4.4 expired at 150.1.1.1 once before it was registered again: a holding time of 15 s is refreshed too late (up to 30.252 s)',
  ])
})

test('address translation', () => {
  expect(textsOf(diagnosed(recordsOf('06-nat-frr10.hub-link.pcap')), 'address-translation')).toEqual([
    'information: 192.168.2.2 is behind address translation: the network knows it as 150.1.2.2, and it was told so',
  ])
})

test('fragments, outside and inside of the tunnel', () => {
  expect(textsOf(diagnosed(recordsOf('08-gre-variants.vlan100.s1-link.pcap')), 'fragments')).toHaveLength(4)
})

function made(...packets: (readonly [seconds: number, ...Parameters<typeof packetFrame>])[]): CaptureRecord[] {
  return packets.map(([seconds, kind, options]) => {
    const { bytes, linkType } = packetFrame(kind, options)
    return recordOf(bytes, { linkType, seconds: Math.floor(seconds), nanoseconds: Math.round((seconds % 1) * 1e9) })
  })
}

const hub = { hub: '10.0.0.1', hubNbma: '192.0.2.1' }
const spoke = { ...hub, spoke: '10.0.0.3', nbma: '192.0.2.33', hold: 60 }

test('a unique address in the hands of somebody else, and until when', () => {
  const other = { ...spoke, nbma: '192.0.2.44', unique: true }
  const remarks = diagnosed(
    made(
      [0, 'registration', { ...spoke, unique: true }],
      [0.1, 'registration', { ...spoke, unique: true, reply: true }],
      [20, 'registration', { ...other, requestId: 7 }],
      [20.1, 'registration', { ...other, requestId: 7, reply: true, code: 14 }],
    ),
  )
  expect(textsOf(remarks, 'refusal')).toEqual([
    'warning: 192.0.2.1 refuses to register 10.0.0.3 at 192.0.2.44: unique internetworking layer address already registered (code 14); 192.0.2.33 has it, unique, until 60.100 s',
  ])
})

test('keys and passwords that differ', () => {
  const remarks = diagnosed(
    made(
      [0, 'registration', { ...spoke, key: 1, auth: 'one' }],
      [1, 'registration', { ...spoke, key: 1, auth: 'one' }],
      [2, 'redirect', { ...spoke, source: '10.1.0.1', destination: '10.2.0.1', key: 2, auth: 'other' }],
    ),
  )
  expect(textsOf(remarks, 'mismatch')).toEqual([
    'error: 192.0.2.1 and 192.0.2.33 use different GRE keys',
    'error: 192.0.2.1 and 192.0.2.33 use different NHRP passwords',
  ])
  expect(JSON.stringify(remarks)).not.toContain('other')
})

test('a registration sent again and again', () => {
  const remarks = diagnosed(
    made(...[0, 1, 3, 7, 15].map(at => [at, 'registration', { ...spoke, requestId: 5 }] as const), [
      40,
      'keepalive',
      { nbma: '192.0.2.9', hubNbma: '192.0.2.1' },
    ]),
  )
  const [remark] = remarks.filter(({ topic }) => topic === 'registration')
  expect(remark!.text).toBe('5 Registration Requests of 192.0.2.33 to 192.0.2.1 not answered')
  expect(remark!.severity).toBe('error')
  expect(remark!.steps.map(({ text }) => text).slice(1)).toEqual(
    [1, 2, 4, 8].map(gap => `Registration Request 5, ${gap}.000 s after the one before`),
  )
})
