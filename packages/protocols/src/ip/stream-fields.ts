/** What a session says of a datagram's or segment's conversation: its number, how far it got, how long it has lasted. */
import { type Field, generated, type Names, names } from '@dmvpn/wire'

const seconds = { unit: ' seconds' } as const

export const udpStream: Field = generated('udp.stream', 'Stream index', 'uint32')
export const udpTimeRelative: Field = generated('udp.time_relative', 'Time since first frame', 'relative-time', seconds)
export const udpTimeDelta: Field = generated('udp.time_delta', 'Time since previous frame', 'relative-time', seconds)

/** For the catalogue of UDP. */
export const udpStreamFields: readonly Field[] = [udpStream, udpTimeRelative, udpTimeDelta]

/** Which events of a connection were seen, as bits of `tcp.completeness`. */
export const tcpEvent = { synchronize: 1, accept: 2, acknowledge: 4, data: 8, finish: 16, reset: 32 } as const

const completenessNames: Names = names({
  1: 'Incomplete, SYN_SENT',
  3: 'Incomplete, CLIENT_ESTABLISHED',
  7: 'Incomplete, ESTABLISHED',
  15: 'Incomplete, DATA',
  23: 'Complete, NO_DATA',
  31: 'Complete, WITH_DATA',
  39: 'Complete, NO_DATA',
  47: 'Complete, WITH_DATA',
  55: 'Complete, NO_DATA',
  63: 'Complete, WITH_DATA',
})

export const tcpStream: Field = generated('tcp.stream', 'Stream index', 'uint32')
export const tcpCompleteness: Field = generated('tcp.completeness', 'Conversation completeness', 'uint8', {
  text: (events: number) => `${completenessNames.nameOf(events) ?? 'Incomplete'} (${events})`,
})
export const tcpTimeRelative: Field = generated(
  'tcp.time_relative',
  'Time since first frame in this TCP stream',
  'relative-time',
  seconds,
)
export const tcpTimeDelta: Field = generated(
  'tcp.time_delta',
  'Time since previous frame in this TCP stream',
  'relative-time',
  seconds,
)

/** For the catalogue of TCP. */
export const tcpStreamFields: readonly Field[] = [tcpStream, tcpCompleteness, tcpTimeRelative, tcpTimeDelta]
