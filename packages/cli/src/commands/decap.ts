/** `dmvpn decap`: what tunnels carry, as a capture of its own. */
import {
  type CaptureFormat,
  type CaptureRecord,
  describeInterface,
  type InterfaceDescription,
  linkType,
  recordOf,
} from '@dmvpn/capture'
import { Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { decapsulated } from '@dmvpn/synth'
import type { ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { openInput } from './capture-input.ts'
import { CaptureOutput, refuseSameFile } from './capture-output.ts'
import { copyRecords } from './copy-records.ts'
import { type EspFlags, espSessionsOf } from './esp-keys.ts'

/** As commander hands them over. */
export interface DecapFlags extends EspFlags {
  readonly format?: CaptureFormat
  readonly reassembly?: boolean
}

/** Runs the command. Throws CommandError for mistakes on the command line and what cannot be read or written. */
export async function decapCapture(from: string, to: string, flags: DecapFlags, io: Io): Promise<ExitCode> {
  refuseSameFile(to, [from])
  const esp = await espSessionsOf(flags, io, false)
  const session = new Session()
  session.reassembly = flags.reassembly !== false
  if (esp !== undefined) session.openers.push(esp())
  const made: { output?: CaptureOutput } = {}
  const input = await openInput(from, io, {
    // Interfaces have another link type now, and their statistics count other packets.
    onBlock: block =>
      block.kind === 'interface' || block.kind === 'statistics' ? undefined : made.output?.copy(block),
  })
  const output = new CaptureOutput(to, { format: flags.format, order: input.order, linkType: linkType.raw })
  made.output = output
  const stripper = new Stripper(session)
  const code = await copyRecords(input, output, io, record => stripper.strip(record))
  const { leftOut } = stripper
  if (leftOut > 0) {
    io.err(`dmvpn: ${output.summary}; ${leftOut} carry no IP packet in a tunnel that can be opened, and were left out`)
  }
  return code
}

class Stripper {
  leftOut = 0
  private readonly session: Session
  private readonly descriptions = new Map<InterfaceDescription, Map<number, InterfaceDescription>>()

  constructor(session: Session) {
    this.session = session
  }

  strip(record: CaptureRecord): CaptureRecord | undefined {
    const { buffer, view, start, end, originalLength, fcsLength, seconds, nanoseconds, comments } = record
    const missing = Math.max(0, originalLength - (end - start))
    this.session.begin(record)
    const frame = dmvpn.decodeIn(buffer, view, start, end, record.linkType, {
      session: this.session,
      fcsLength,
      missing,
      time: record,
    })
    const carried = decapsulated(frame, missing)
    if (carried === undefined) {
      this.leftOut++
      return undefined
    }
    const { bytes } = carried
    const description = record.description && this.described(record.description, carried.linkType)
    const facts = { seconds, nanoseconds, linkType: carried.linkType, originalLength: carried.originalLength, comments }
    return recordOf(bytes, description === undefined ? facts : { ...facts, description })
  }

  /** The interface, but for what its packets begin with now. */
  private described(old: InterfaceDescription, begin: number): InterfaceDescription {
    const byLinkType = this.descriptions.get(old) ?? new Map<number, InterfaceDescription>()
    this.descriptions.set(old, byLinkType)
    const known = byLinkType.get(begin)
    if (known !== undefined) return known
    // A frame check sequence stood behind the outer frame.
    const made =
      old.fcsLength === undefined
        ? { ...old, linkType: begin }
        : describeInterface({ ...old, linkType: begin, fcsLength: undefined })
    byLinkType.set(begin, made)
    return made
  }
}
