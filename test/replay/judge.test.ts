import { keep, readCaptureFile } from '@dmvpn/capture'
import { decodeRecord, type FrameRecord, Session } from '@dmvpn/dissect'
import { dmvpn, type NhrpExchange } from '@dmvpn/protocols'
import { Judge, rules, type Verdict } from '@dmvpn/replay'
import { ipv4Of } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { judgeFrames, judgeRecords, type Timed } from './judge-capture.ts'
import { begun, extensions, hub, purges, registers, resolution, resolves, s2, s3, say, sends } from './talk.ts'

const capture = (name: string): FrameRecord[] =>
  [...readCaptureFile(new URL(`../../samples/captures/${name}`, import.meta.url).pathname)].map(keep)

const told = ({ verdicts }: { readonly verdicts: readonly Verdict[] }): string[] =>
  verdicts.map(({ rule, verdict, frames }) => `${rule} ${verdict} ${frames.join(' ')}`).sort()

describe('the judge', () => {
  test('keeps nothing of the buffer that frames come in', () => {
    const records = capture('04a-auth-errors-frr10.hub-link.trimmed.pcap')
    const buffer = new Uint8Array(4096)
    const view = new DataView(buffer.buffer)
    const session = new Session()
    const verdicts: Verdict[] = []
    const judge = new Judge(session, { passes: true, onVerdict: verdict => verdicts.push(verdict) })
    for (const record of records) {
      buffer.fill(0xee)
      buffer.set(record.buffer.subarray(record.start, record.end))
      const moved = { ...record, buffer, view, start: 0, end: record.end - record.start }
      judge.take(decodeRecord(dmvpn, moved, session), moved)
    }
    buffer.fill(0xee)
    judge.end()
    expect(told({ verdicts })).toEqual(told(judgeRecords(records)))
  })

  test('counts every verdict, whether it is told or not', () => {
    const records = capture('02a-phase3-auth-frr10.hub-link.pcap')
    const all = judgeRecords(records)
    const few = judgeRecords(records, { passes: false })
    expect(few.judge.counts).toEqual(all.judge.counts)
    expect(few.verdicts.some(({ verdict }) => verdict === 'pass')).toBe(false)
    const count = Object.values(all.judge.counts).reduce(
      (sum, each) => sum + each.pass + each.fail + each.deviates + each['cannot-judge'],
      0,
    )
    expect(count).toBe(all.verdicts.length)
  })

  test('says the same of several interfaces as of one', () => {
    const one = judgeRecords(capture('02a-phase3-auth-frr10.hub-link.pcap'))
    const four = judgeRecords(capture('02a-phase3-auth-frr10.multi-if.pcapng'))
    expect(four.judge.copies).toBeGreaterThan(100)
    for (const rule of ['N32', 'N45', 'N47', 'N53', 'N85']) {
      expect(four.judge.counts[rule]?.fail, rule).toBe(0)
      expect(four.judge.counts[rule]?.pass).toBeGreaterThanOrEqual(one.judge.counts[rule]!.pass)
    }
  })

  test('lets go of exchanges while the capture goes on', () => {
    const session = new Session()
    const verdicts: Verdict[] = []
    const judge = new Judge(session, {
      passes: true,
      rules: rules.filter(({ id }) => id === 'N85'),
      onVerdict: each => verdicts.push(each),
    })
    const records = capture('05c-ipv6-over-gre-frr10.hub-link.pcap')
    const take = (record: FrameRecord): void => judge.take(decodeRecord(dmvpn, record, session), record)
    records.forEach(take)
    const early = verdicts.length
    // A frame waits for those that come late: it takes one more to see it.
    for (const later of [1000, 2000]) take({ ...records[0]!, seconds: records[0]!.seconds + later })
    expect(early).toBe(0)
    expect(verdicts.length).toBeGreaterThan(20)
    judge.end()
  })

  test('takes what no receiver takes for nothing', () => {
    const [request] = registers(0, s2)
    const bytes = request!.frame.bytes.slice()
    bytes[60]! ^= 1
    const { judge, verdicts } = judgeFrames([{ at: 0, frame: { ...request!.frame, bytes } }])
    expect(verdicts.filter(({ verdict }) => verdict === 'fail').map(({ rule }) => rule)).toEqual(['N01'])
    expect(judge.network.stations.size).toBe(0)
  })

  test('does not blame who may have been answered elsewhere, or lost', () => {
    const frames = [...begun(), say(5, resolution(s2), s2, hub), sends(100, s2, hub), sends(101, hub, s2)]
    const verdictsOf = (how: object) =>
      judgeFrames(frames, how).verdicts.filter(({ rule, verdict }) => rule === 'N85' && verdict !== 'pass')
    expect(verdictsOf({ complete: true })).toMatchObject([{ verdict: 'fail' }])
    expect(verdictsOf({ complete: true, framesLost: true })).toMatchObject([{ obstacle: 'frames-lost' }])
    // Everything is the hub's: what s2 was sent by others was not watched.
    expect(verdictsOf({})).toMatchObject([{ obstacle: 'one-side-only' }])
  })

  test('does not take a departure of one system for a habit of another', () => {
    const frames = [
      ...begun(),
      ...resolves(5, s2, s3, { answers: message => ({ ...message, flags: message.flags & ~2 }) }),
    ]
    const of = (profile: 'auto' | 'frr' | 'ios15' | 'rfc2332'): Verdict | undefined =>
      judgeFrames(frames, { complete: true, profile }).verdicts.find(({ rule }) => rule === 'N90')
    expect(of('auto')).toMatchObject({ verdict: 'fail' })
    expect(of('ios15')).toMatchObject({ verdict: 'fail' })
    expect(of('rfc2332')).toMatchObject({ verdict: 'fail' })
    expect(of('frr')).toMatchObject({ verdict: 'deviates', profile: 'frr' })
  })

  test('cannot judge a habit of a station whose system nothing tells', () => {
    const strange = { profile: 'ios15', key: 123, mtu: 1400 } as const
    const asks = (message: ReturnType<typeof resolution>) => ({ ...message, hopCount: 40 })
    const [request] = purges(5, s3, s2, { manner: strange, asks })
    const found = judgeFrames([request!], { complete: true }).verdicts.filter(({ rule }) => rule === 'N27')
    expect(found).toMatchObject([{ verdict: 'cannot-judge', obstacle: 'profile-unknown' }])
  })

  test('finds a request sent three times unanswered, whatever time is left', () => {
    const frames = [5, 7, 11].map(at => say(at, resolution(s2), s2, hub))
    const found = judgeFrames(frames).verdicts.filter(({ rule }) => rule === 'N85')
    expect(found).toMatchObject([{ verdict: 'fail', frames: [3, 1, 2] }])
  })

  test('takes data that went directly before any mapping for configured', () => {
    const mapped = [
      ...resolves(5, s2, s3),
      sends(6, s2, s3),
      ...purges(9, s3, s2),
      sends(12, s2, s3),
      sends(90, s2, s3),
    ]
    const failed = (first: readonly Timed[]): string[] =>
      judgeFrames([...begun(), ...first, ...mapped], { complete: true })
        .verdicts.filter(({ verdict }) => verdict === 'fail')
        .map(({ rule }) => rule)
    expect(failed([])).toContain('N65')
    expect(failed([sends(4, s2, s3)])).toEqual([])
  })

  test('knows a server behind NAT by what it and its clients call it', () => {
    const inside = { ...hub, nbma: '192.168.1.1' }
    const frames = resolvesThrough(inside)
    const failed = judgeFrames(frames, { complete: true }).verdicts.filter(({ verdict }) => verdict === 'fail')
    expect(failed).toEqual([])
    // Without the registrations that tell, the record is somebody else's.
    const later = judgeFrames(frames.slice(4), { complete: true }).verdicts.filter(({ verdict }) => verdict === 'fail')
    expect(later.map(({ rule }) => rule)).toContain('N47')
  })
})

/** Everything the server writes of itself has its inside address; its packets come from outside. */
function resolvesThrough(inside: typeof hub): Timed[] {
  const rename = <M extends NhrpExchange>(message: M): M =>
    extensions<M>(each => {
      if (each.kind !== 'forward-transit' && (each.kind !== 'responder-address' || message.type !== 4)) return each
      return { ...each, entries: each.entries.map(one => ({ ...one, nbma: ipv4Of(String(inside.nbma)) })) }
    })(message)
  return [
    ...registers(0, s2, { answers: rename }),
    ...registers(0.1, s3, { answers: rename }),
    ...resolves(5, s2, s3, { passes: rename }),
  ]
}
