/** Judges captures as the command does, for the tests of this folder. */
import { readFileSync } from 'node:fs'
import { type CaptureRecord, readCaptureFile } from '@dmvpn/capture'
import { decodeRecord, type FrameRecord, recordOf, Session } from '@dmvpn/dissect'
import { AssociationTable, IpsecSession, readKeys } from '@dmvpn/ipsec'
import { dmvpn } from '@dmvpn/protocols'
import { Judge, type JudgeOptions, type Verdict } from '@dmvpn/replay'
import type { SynthFrame } from '@dmvpn/synth'

/** Everything a judge said. */
export interface Judged {
  readonly judge: Judge
  readonly verdicts: readonly Verdict[]
}

export interface HowToJudge extends Partial<Omit<JudgeOptions, 'onVerdict'>> {
  /** A file of ESP keys. */
  readonly keys?: string | undefined
  /** ESP keys themselves, as a key file has them. */
  readonly keyText?: string | undefined
}

/** Judges records in the order of the file. */
export function judgeRecords(records: Iterable<FrameRecord>, { keys, keyText, ...options }: HowToJudge = {}): Judged {
  const session = new Session()
  const verdicts: Verdict[] = []
  let security: IpsecSession | undefined
  const text = keys === undefined ? keyText : readFileSync(keys, 'utf8')
  if (text !== undefined) {
    security = new IpsecSession(new AssociationTable(readKeys(text).associations))
    session.openers.push(security)
  }
  const judge = new Judge(session, { passes: true, ...options, onVerdict: verdict => verdicts.push(verdict) }, security)
  for (const record of records) judge.take(decodeRecord(dmvpn, record, session), record)
  judge.end()
  return { judge, verdicts }
}

export function judgeFile(file: string, options: HowToJudge = {}): Judged {
  const records: Iterable<CaptureRecord> = readCaptureFile(file)
  return judgeRecords(records, options)
}

/** A frame and when it was seen, in seconds. */
export interface Timed {
  readonly at: number
  readonly frame: SynthFrame
}

export function judgeFrames(frames: readonly Timed[], options: HowToJudge = {}): Judged {
  return judgeRecords(frames.map(recordAt), options)
}

export function recordAt({ at, frame }: Timed): FrameRecord {
  const seconds = Math.floor(at)
  const nanoseconds = Math.round((at - seconds) * 1e9)
  return recordOf(frame.bytes, frame.linkType, { seconds, nanoseconds })
}
