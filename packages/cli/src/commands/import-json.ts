/** What an import found, one JSON object a line. Passwords are not among it. */
import type { DumpedPacket, FrrEvent, ImportedLog, LogTime, PrintedEntry, RebuiltPacket } from '@dmvpn/ios'
import { formatHex, formatIp, type Ipv4, type Sink } from '@dmvpn/wire'

/** Writes a log's packets, messages and faults, each kind in the order of its lines. */
export function writeImportJson(sink: Sink, log: ImportedLog, file: string): void {
  const write = (value: object): void => void sink.text(`${JSON.stringify(value)}\n`)
  for (const each of log.packets) write({ found: 'packet', file, ...packetJson(each) })
  for (const each of log.dumped) write({ found: 'dump', file, ...dumpJson(each) })
  for (const each of log.events) write({ found: 'message', file, ...eventJson(each) })
  for (const each of log.faults) write({ found: 'fault', file, ...each })
}

function packetJson({ printed, size, profile, from, to, assumptions, difference }: RebuiltPacket): object {
  const { line, router, time, verb, kind, tunnel, hopCount, flags, requestId, code, entries, fate } = printed
  return {
    line,
    router,
    time: timeJson(time),
    verb,
    kind,
    tunnel,
    printedSize: printed.size,
    size,
    hopCount,
    flags,
    requestId,
    code,
    sourceNbma: address(printed.sourceNbma),
    sourceProtocol: address(printed.sourceProtocol),
    destinationProtocol: address(printed.destinationProtocol),
    entries: entries.map(entryJson),
    from: address(from),
    to: address(to),
    transmitted: fate !== 'no encapsulation',
    profile,
    assumptions,
    difference,
  }
}

function entryJson({ code, prefixLength, mtu, holdingTime, preference, nbma, protocol }: PrintedEntry): object {
  return { code, prefixLength, mtu, holdingTime, preference, nbma: address(nbma), protocol: address(protocol) }
}

function dumpJson({ line, router, time, begins, bytes }: DumpedPacket): object {
  return { line, router, time: timeJson(time), begins, bytes: formatHex(bytes) }
}

function eventJson({
  line,
  router,
  time,
  direction,
  kind,
  type,
  source,
  destination,
  from,
  to,
  isForUs,
}: FrrEvent): object {
  return {
    line,
    router,
    time: timeJson(time),
    direction,
    kind,
    type,
    sourceProtocol: address(source),
    destinationProtocol: address(destination),
    from: address(from),
    to: address(to),
    isForUs,
  }
}

/** Seconds since 1970, or since the router's start, as decimal text: nanoseconds do not fit in a number. */
function timeJson(time: LogTime | undefined): object | undefined {
  if (time === undefined) return undefined
  return { seconds: `${time.seconds}.${String(time.nanoseconds).padStart(9, '0')}`, since: time.since }
}

function address(value: Ipv4 | bigint | undefined): string | undefined {
  return value === undefined ? undefined : formatIp(value)
}
