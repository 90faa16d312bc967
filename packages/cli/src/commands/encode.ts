/** `dmvpn encode`: packets as `dissect --packets` writes them, turned back into octets. */
import { type PacketToEncode, packetOf } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { CommandError, type ExitCode } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { readText } from '../text-file.ts'
import { type MadeRecord, type WriteFlags, writeRecords } from './write-records.ts'

/** Runs the command. Throws CommandError where a file is no such packet, or cannot be read or written. */
export async function encodePackets(files: readonly string[], flags: WriteFlags, io: Io): Promise<ExitCode> {
  const records: MadeRecord[] = []
  for (const file of files) {
    for (const { where, json } of packetsIn(await readText(file, io), file)) records.push(encoded(json, where))
  }
  return writeRecords(records, flags, io)
}

interface Found {
  /** File and line, or file and index. */
  readonly where: string
  readonly json: unknown
}

/** One object a line; or a single object, or an array of them, over many lines. */
function packetsIn(text: string, file: string): readonly Found[] {
  const lines = text.split('\n').map((line, index) => ({ line, where: `${file}:${index + 1}` }))
  const full = lines.filter(({ line }) => line.trim() !== '')
  const [first] = full
  if (first === undefined) throw new CommandError(`${file}: no packets in it`)
  if (parsed(first.line) !== undefined && full.length > 1) {
    return full.map(({ line, where }) => ({ where, json: parsed(line) ?? refuseJson(line, where) }))
  }
  const whole = parsed(text) ?? refuseJson(text, file)
  if (!Array.isArray(whole)) return [{ where: file, json: whole }]
  return whole.map((json: unknown, index) => ({ where: `${file}: packet ${index + 1}`, json }))
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

function refuseJson(text: string, where: string): never {
  try {
    JSON.parse(text)
  } catch (error) {
    throw new CommandError(`${where}: ${error instanceof Error ? error.message : 'not JSON'}`)
  }
  throw new CommandError(`${where}: not a packet`)
}

function encoded(json: unknown, where: string): MadeRecord {
  try {
    return recordFrom(packetOf(json, dmvpn))
  } catch (error) {
    if (error instanceof RangeError) throw new CommandError(`${where}: ${error.message}`)
    throw error
  }
}

function recordFrom(packet: PacketToEncode): MadeRecord {
  const { linkType, seconds, nanoseconds, layers, originalLength } = packet
  const bytes = dmvpn.encode(layers)
  // Facts may have been changed: what was whole is whole, what was cut is cut by as much.
  const missing = Math.max(0, originalLength - packet.bytes.length)
  return { bytes, linkType, seconds, nanoseconds, comments: [], originalLength: bytes.length + missing }
}
