/** `dmvpn convert`: a capture in another format, cut, shifted, split, or decoded and encoded again. */
import { type CaptureFormat, type CaptureRecord, linkType } from '@dmvpn/capture'
import { dmvpn, recode } from '@dmvpn/protocols'
import { spanOf } from '@dmvpn/synth'
import { CommandError, type ExitCode, exitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { openInput } from './capture-input.ts'
import { CaptureOutput, formatOfName, type OutputOptions, refuseSameFile } from './capture-output.ts'
import { copyRecords } from './copy-records.ts'
import { SplitOutput } from './split-output.ts'

/** As commander hands them over. */
export interface ConvertFlags {
  readonly format?: CaptureFormat
  readonly recode?: boolean
  readonly snaplen?: number
  readonly shiftTime?: string
  readonly split?: number
  readonly link?: string
}

type Change = (record: CaptureRecord) => CaptureRecord

/** Runs the command. Throws CommandError for mistakes on the command line and what cannot be read or written. */
export async function convertCapture(from: string, to: string, flags: ConvertFlags, io: Io): Promise<ExitCode> {
  const format = flags.format ?? formatOfName(to)
  if (flags.split !== undefined && to === '-') throw new CommandError('--split writes several files: name one')
  const shift = shiftOf(flags.shiftTime)
  const hexLink = linkTypeOf(flags.link)
  refuseSameFile(to, [from])
  const made: { output?: CaptureOutput | SplitOutput } = {}
  const input = await openInput(from, io, { linkType: hexLink, onBlock: block => made.output?.copy(block) })
  const options: OutputOptions = { format, order: input.order, linkType: hexLink, ...snapOf(flags) }
  const output = flags.split === undefined ? new CaptureOutput(to, options) : new SplitOutput(to, flags.split, options)
  made.output = output
  const recoder = flags.recode === true ? new Recoder(io) : undefined
  const changes: readonly (Change | undefined)[] = [recoder?.change, shift, snapChange(flags.snaplen)]
  const change = chained(changes.filter(each => each !== undefined))
  const code = await copyRecords(input, output, io, change)
  if (output.lost > 0)
    io.err(`dmvpn: ${to}: pcap has no place for ${counted(output.lost, 'comment or name', 'comments and names')}`)
  return recoder === undefined || recoder.differing === 0 ? code : exitCode.damaged
}

function counted(number: number, one: string, many: string): string {
  return number === 1 ? `1 ${one}` : `${number} ${many}`
}

function chained(changes: readonly Change[]): Change {
  return record => changes.reduce((changed, change) => change(changed), record)
}

/** Decodes every frame and encodes what was understood; says which come out differently. */
class Recoder {
  differing = 0
  private number = 0
  private readonly io: Io

  constructor(io: Io) {
    this.io = io
  }

  readonly change = (record: CaptureRecord): CaptureRecord => {
    this.number++
    const { buffer, view, start, end, originalLength, fcsLength } = record
    const missing = Math.max(0, originalLength - (end - start))
    const anew = recode(dmvpn.decodeIn(buffer, view, start, end, record.linkType, { fcsLength, missing }))
    const differs = firstDifference(anew, buffer.subarray(start, end))
    if (differs === undefined) return record
    if (++this.differing <= mostNamed)
      this.io.err(`dmvpn: packet ${this.number}: encoded again it differs from octet ${differs} on`)
    if (this.differing === mostNamed + 1) this.io.err('dmvpn: further packets that differ are not named')
    return { ...record, buffer: anew, view: new DataView(anew.buffer, anew.byteOffset), start: 0, end: anew.length }
  }
}

const mostNamed = 20

function firstDifference(one: Uint8Array, other: Uint8Array): number | undefined {
  const length = Math.max(one.length, other.length)
  for (let at = 0; at < length; at++) if (one[at] !== other[at]) return at
  return undefined
}

function snapOf({ snaplen }: ConvertFlags): OutputOptions {
  return snaplen === undefined ? {} : { snapLength: snaplen }
}

/** No more than so many octets of each packet. */
function snapChange(snaplen: number | undefined): Change | undefined {
  if (snaplen === undefined) return undefined
  return record => (record.end - record.start <= snaplen ? record : { ...record, end: record.start + snaplen })
}

const perSecond = 1_000_000_000n

/** Times moved; records that have none stay without. */
function shiftOf(text: string | undefined): Change | undefined {
  if (text === undefined) return undefined
  const shift = spanOrRefusal(text)
  const rest = ((shift % perSecond) + perSecond) % perSecond
  const [wholeSeconds, more] = [Number((shift - rest) / perSecond), Number(rest)]
  return record => {
    if (!record.timed) return record
    const nanoseconds = record.nanoseconds + more
    const carry = nanoseconds >= 1e9 ? 1 : 0
    return { ...record, seconds: record.seconds + wholeSeconds + carry, nanoseconds: nanoseconds - carry * 1e9 }
  }
}

function spanOrRefusal(text: string): bigint {
  try {
    return spanOf(text)
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(`--shift-time ${error.message}`)
    throw error
  }
}

/** A link type by number, or by a name of `linkType`. Throws CommandError where there is no such. */
export function linkTypeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,5}$/.test(text)) return Number(text)
  const named = Object.entries(linkType).find(([name]) => name.toLowerCase() === text.toLowerCase())
  if (named === undefined)
    throw new CommandError(`--link ${text}: neither a number nor such as raw, ethernet, linuxSll`)
  return named[1]
}
