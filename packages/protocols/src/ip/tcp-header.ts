/** The fixed part of a TCP header, RFC 9293 §3.1, whole and in the parts between which a tree shows what is computed. */
import { also, bits, flag, type Layout, layout, type Parts, u16, u32, word } from '@dmvpn/wire'

export interface TcpFlags {
  /** Three bits. */
  readonly reserved: number
  readonly accurateEcn: boolean
  readonly congestionWindowReduced: boolean
  readonly ecnEcho: boolean
  readonly urgent: boolean
  readonly acknowledgment: boolean
  readonly push: boolean
  readonly reset: boolean
  readonly synchronize: boolean
  readonly finish: boolean
}

interface Ports {
  readonly sourcePort: number
  readonly destinationPort: number
}
interface Numbers {
  readonly sequenceNumber: number
  readonly acknowledgmentNumber: number
}
interface Control {
  /** In units of four octets. */
  readonly headerLength: number
  readonly flags: TcpFlags
}

const title = 'Transmission Control Protocol'
const port = { shows: [also('tcp.port', 'Source or Destination Port', 'uint16')] } as const
const set = { truth: ['Set', 'Not set'] } as const

const portParts: Parts<Ports> = {
  sourcePort: u16('tcp.srcport', 'Source Port', port),
  destinationPort: u16('tcp.dstport', 'Destination Port', port),
}
const numberParts: Parts<Numbers> = {
  sequenceNumber: u32('tcp.seq_raw', 'Sequence Number (raw)'),
  acknowledgmentNumber: u32('tcp.ack_raw', 'Acknowledgment number (raw)'),
}
const controlParts: Parts<Control> = {
  headerLength: bits(4, 'tcp.hdr_len', 'Header Length', { scale: 4, unit: ' bytes' }),
  flags: word(
    'tcp.flags',
    'Flags',
    {
      reserved: bits(3, 'tcp.flags.res', 'Reserved', {
        type: 'boolean',
        text: value => (value === 0 ? 'Not set' : 'Set'),
      }),
      accurateEcn: flag('tcp.flags.ae', 'Accurate ECN', set),
      congestionWindowReduced: flag('tcp.flags.cwr', 'Congestion Window Reduced', set),
      ecnEcho: flag('tcp.flags.ece', 'ECN-Echo', set),
      urgent: flag('tcp.flags.urg', 'Urgent', set),
      acknowledgment: flag('tcp.flags.ack', 'Acknowledgment', set),
      push: flag('tcp.flags.push', 'Push', set),
      reset: flag('tcp.flags.reset', 'Reset', set),
      synchronize: flag('tcp.flags.syn', 'Syn', set),
      finish: flag('tcp.flags.fin', 'Fin', set),
    },
    { text: (flags: number) => `0x${flags.toString(16).padStart(3, '0')} (${namesOf(flags)})` },
  ),
}
const window = u16('tcp.window_size_value', 'Window')
const checksum = u16('tcp.checksum', 'Checksum', { base: 'hex' })
const urgentPointer = u16('tcp.urgent_pointer', 'Urgent Pointer')

export const tcpPorts: Layout<Ports> = layout<Ports>('tcp', title, portParts)
export const tcpNumbers: Layout<Numbers> = layout<Numbers>('tcp', title, numberParts)
export const tcpControl: Layout<Control> = layout<Control>('tcp', title, controlParts)
export const tcpWindow: Layout<{ readonly window: number }> = layout('tcp', title, { window })
export const tcpSums: Layout<{ readonly checksum: number }> = layout('tcp', title, { checksum })
export const tcpUrgent: Layout<{ readonly urgentPointer: number }> = layout('tcp', title, { urgentPointer })

interface TcpHeader extends Ports, Numbers {
  readonly headerLength: number
  readonly flags: TcpFlags
  readonly window: number
  readonly checksum: number
  readonly urgentPointer: number
}

/** The 20 octets. */
export const tcpHeader: Layout<TcpHeader> = layout<TcpHeader>('tcp', title, {
  ...portParts,
  ...numberParts,
  ...controlParts,
  window,
  checksum,
  urgentPointer,
})

const shortNames = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE'] as const

function namesOf(flags: number): string {
  const names: string[] = shortNames.filter((_, bit) => (flags & (1 << bit)) !== 0)
  if ((flags & 0xe00) !== 0) names.push('Reserved')
  return names.length === 0 ? '<None>' : names.join(', ')
}

/** The flags that are set, lowest first: `SYN, ACK`. */
export function flagNames(flags: TcpFlags): string {
  const { finish, synchronize, reset, push, acknowledgment, urgent, ecnEcho, congestionWindowReduced, accurateEcn } =
    flags
  const inOrder = [
    finish,
    synchronize,
    reset,
    push,
    acknowledgment,
    urgent,
    ecnEcho,
    congestionWindowReduced,
    accurateEcn,
  ]
  const value = inOrder.reduce((sum, each, bit) => sum | (each ? 1 << bit : 0), 0)
  return namesOf(value | (flags.reserved << 9))
}
