/** What an import found, as lines for a person. */
import type { DumpedPacket, FrrEvent, ImportedLog, LogTime, RebuiltPacket } from '@dmvpn/ios'
import { messageTypeNames } from '@dmvpn/protocols'
import { formatIp, type Ipv4, type Sink } from '@dmvpn/wire'

/** Writes the packets and messages of a log in the order of its lines, and what was assumed of how many. */
export function writeImportText(sink: Sink, log: ImportedLog): void {
  const rows = [
    ...log.packets.map(each => ({ line: each.printed.line, cells: packetCells(each), below: each.difference })),
    ...log.dumped.map(each => ({ line: each.line, cells: dumpCells(each), below: undefined })),
    ...log.events.map(each => ({ line: each.line, cells: eventCells(each), below: undefined })),
  ].sort((a, b) => a.line - b.line)
  const widths = [0, 1, 2, 3].map(column => rows.reduce((most, { cells }) => Math.max(most, cells[column]!.length), 0))
  for (const { line, cells, below } of rows) {
    const text = cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')
    sink.text(`${String(line).padStart(6)}  ${text.trimEnd()}\n`)
    if (below !== undefined) sink.text(`        ${below}\n`)
  }
  for (const summary of summaries(log)) sink.text(`${summary}\n`)
}

/** Time, router, what, and the rest of the line. */
type Cells = readonly [time: string, router: string, what: string, addresses: string, rest: string]

function packetCells({ printed, from, to, size }: RebuiltPacket): Cells {
  const { time, router, verb, kind, requestId, sourceProtocol, destinationProtocol, fate } = printed
  const name = kind.replaceAll('-', ' ')
  const id = requestId === undefined ? '' : ` ${requestId}`
  const told = fate === 'no encapsulation' ? ', never left' : ''
  const octets = size === printed.size ? `${size} octets` : `${size} octets, not ${printed.size}`
  return [
    timeText(time),
    router ?? '',
    `${verbs[verb]} ${name}${id}`,
    `${address(sourceProtocol)} > ${address(destinationProtocol)}`,
    `outside ${address(from)} > ${address(to)}, ${octets}${told}`,
  ]
}

const verbs = { Send: 'sent', Receive: 'received', Forwarding: 'forwarded' } as const

function dumpCells({ time, router, bytes, begins }: DumpedPacket): Cells {
  return [timeText(time), router ?? '', 'dumped', begins === 'ethernet' ? 'Ethernet' : 'IP', `${bytes.length} octets`]
}

function eventCells({ time, router, direction, type, source, destination, from, to, isForUs }: FrrEvent): Cells {
  const name = (messageTypeNames.nameOf(type) ?? `message ${type}`).replace(/^NHRP /, '').toLowerCase()
  const outside = from === undefined && to === undefined ? '' : `outside ${address(from)} > ${address(to)}`
  const told = isForUs ? 'for this router' : ''
  return [
    timeText(time),
    router ?? '',
    `${direction} ${name}`,
    `${address(source)} > ${address(destination)}`,
    [outside, told].filter(each => each !== '').join(', '),
  ]
}

function address(value: Ipv4 | bigint | undefined): string {
  return value === undefined ? '?' : formatIp(value)
}

/** As much of the time as the log said. */
export function timeText(time: LogTime | undefined): string {
  if (time === undefined) return ''
  if (time.since === 'start') return `${time.seconds}.${millis(time)}`
  const iso = new Date(time.seconds * 1000).toISOString()
  const text = `${iso.slice(0, 19).replace('T', ' ')}.${millis(time)}`
  return time.since === 'date' ? text : text.slice(5)
}

function millis({ nanoseconds }: LogTime): string {
  return String(Math.floor(nanoseconds / 1_000_000)).padStart(3, '0')
}

function summaries({ packets, dumped, events }: ImportedLog): readonly string[] {
  const lines: string[] = []
  if (packets.length > 0) {
    const equal = packets.filter(({ difference }) => difference === undefined).length
    lines.push(`${counted(packets.length, 'packet')} rebuilt, ${equal} of the printed size`)
    const assumed = new Map<string, number>()
    for (const { assumptions } of packets)
      for (const each of assumptions) assumed.set(each, (assumed.get(each) ?? 0) + 1)
    for (const [what, count] of assumed) lines.push(`assumed in ${counted(count, 'packet')}: ${what}`)
  }
  if (dumped.length > 0) lines.push(`${counted(dumped.length, 'packet')} of capture dumps`)
  if (events.length > 0)
    lines.push(`${counted(events.length, 'message')} of FRRouting, which does not log what is in them`)
  return lines
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
