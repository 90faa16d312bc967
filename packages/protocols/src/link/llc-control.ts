/**
 * The control field of LLC, IEEE 802.2 §5.3: two octets for information and supervisory frames, one for unnumbered
 * ones. The first octet comes first on the wire and is least significant.
 *
 *  information   |    N(S)     |0|     N(R)      |P/F|
 *  supervisory   |0 0 0 0| S S |0 1|   N(R)      |P/F|
 *  unnumbered    |M M M|P/F|M M|1 1|
 */
import { type Field, field, type Layout, layout, type Names, names, type Shown, shows, u8, u16 } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'

interface Control {
  readonly control: number
}

const frameTypes: Names = names({ 0: 'Information frame', 1: 'Supervisory frame', 3: 'Unnumbered frame' })
const supervisoryTypes: Names = names({
  0: 'Receiver ready',
  1: 'Receiver not ready',
  2: 'Reject',
  3: 'Selective reject',
})
const supervisoryShort: readonly string[] = ['RR', 'RNR', 'REJ', 'SREJ']

const commands: Names = names({
  0x00: 'Unnumbered Information',
  0x01: 'Set Initialization Mode',
  0x03: 'Set Asynchronous Response Mode',
  0x08: 'Unnumbered Poll',
  0x0b: 'Set Asynchronous Balanced Mode',
  0x10: 'Disconnect',
  0x13: 'Set Asynchronous Response Mode Extended',
  0x18: 'Unnumbered Acknowledge',
  0x1b: 'Set Asynchronous Balanced Mode Extended',
  0x20: 'Set Normal Response Mode',
  0x21: 'Frame reject',
  0x23: 'Reset',
  0x2b: 'Exchange identification',
  0x31: 'Configure',
  0x33: 'Set Normal Response Mode Extended',
  0x38: 'Test',
  0x3b: 'Beacon',
})
const responses: Names = names({
  ...Object.fromEntries(commands.entries),
  0x01: 'Request Initialization Mode',
  0x03: 'Disconnected mode',
  0x10: 'Request Disconnect',
})
const unnumberedShort: ReadonlyMap<number, string> = new Map([
  [0x00, 'UI'],
  [0x01, 'SIM'],
  [0x03, 'SARM'],
  [0x08, 'UP'],
  [0x10, 'DISC'],
  [0x20, 'SNRM'],
  [0x21, 'FRMR'],
  [0x0b, 'SABM'],
  [0x18, 'UA'],
  [0x1b, 'SABME'],
  [0x2b, 'XID'],
  [0x38, 'TEST'],
  [0x23, 'RESET'],
])

/** Those whose responses have names of their own. */
const responseShort: ReadonlyMap<number, string> = new Map([
  [0x01, 'RIM'],
  [0x03, 'DM'],
  [0x10, 'RD'],
])

const commandModifier: Field = field('llc.control.u_modifier_cmd', 'Command', 'uint8', { base: 'hex', names: commands })
const responseModifier: Field = field('llc.control.u_modifier_resp', 'Response', 'uint8', {
  base: 'hex',
  names: responses,
})

/** The fields of the modifier, whose bits stand on both sides of the poll bit. */
export const modifierFields: readonly Field[] = [commandModifier, responseModifier]

/** Every form: three kinds of frames, with the poll (or final) bit shown only where it is set. */
export const controlLayouts: readonly Layout<Control>[] = [0, 1, 2].flatMap(kind =>
  [0, 1, 2].map(poll => formOf(kind, poll)),
)

function formOf(kind: number, poll: number): Layout<Control> {
  const bit = kind === 2 ? 3 : 15
  const truth = { truth: ['Set', 'Not set'] } as const
  const polled: Shown[] =
    poll === 0
      ? []
      : [
          poll === 1
            ? shows(bit, 1, 'llc.control.p', 'Poll', 'boolean', truth)
            : shows(bit, 1, 'llc.control.f', 'Final', 'boolean', truth),
        ]
  if (kind === 2) {
    const type = shows(6, 2, 'llc.control.ftype', 'Frame type', 'uint8', { base: 'hex', names: frameTypes })
    return layout<Control>('llc', 'Control field', {
      control: u8('llc.control', 'Control field', {
        type: 'uint16',
        base: 'hex',
        text: textOf(poll === 2),
        shows: [...polled, type],
      }),
    })
  }
  const received = shows(8, 7, 'llc.control.n_r', 'N(R)', 'uint16')
  const middle =
    kind === 0
      ? [shows(0, 7, 'llc.control.n_s', 'N(S)', 'uint16'), ...polled]
      : [
          ...polled,
          shows(4, 2, 'llc.control.s_ftype', 'Supervisory frame type', 'uint16', {
            base: 'hex',
            names: supervisoryTypes,
          }),
        ]
  const type = shows(kind === 0 ? 7 : 6, kind === 0 ? 1 : 2, 'llc.control.ftype', 'Frame type', 'uint16', {
    base: 'hex',
    names: frameTypes,
  })
  const format = { base: 'hex', text: textOf(poll === 2), shows: [received, ...middle, type] } as const
  return layout<Control>(
    'llc',
    'Control field',
    { control: u16('llc.control', 'Control field', format) },
    { order: 'little' },
  )
}

/** Whether a control field is of one octet. */
export function isUnnumbered(control: number): boolean {
  return (control & 3) === 3
}

/** Whether a frame carries a packet of the destination: information, numbered or not. */
export function carriesPackets(control: number): boolean {
  return (control & 1) === 0 || (isUnnumbered(control) && modifierOf(control) === 0)
}

/** The form of the control field that begins with `first`; `response` says which way the frame goes. */
export function controlLayoutOf(first: number, second: number, response: boolean): Layout<Control> {
  const kind = isUnnumbered(first) ? 2 : first & 1
  const poll = (kind === 2 ? first & 0x10 : second & 1) === 0 ? 0 : response ? 2 : 1
  // An information frame has no final bit: Wireshark calls it poll both ways.
  return controlLayouts[3 * kind + (kind === 0 ? Math.min(poll, 1) : poll)]!
}

/** Shows the modifier of an unnumbered frame below the control field just taken. */
export function showModifier(c: PacketCursor, control: number, response: boolean): void {
  if (!isUnnumbered(control)) return
  c.below()
  c.show(response ? responseModifier : commandModifier, modifierOf(control), c.at - 1, 1)
  c.close()
}

function modifierOf(control: number): number {
  return (control & 0xec) >>> 2
}

/** The control field as the information column says it: `U, func=UI`. */
export function controlText(control: number, response: boolean): string {
  const polled = (mask: number): string => ((control & mask) === 0 ? '' : response ? ' F' : ' P')
  if (isUnnumbered(control)) {
    const modifier = modifierOf(control)
    const name = (response ? responseShort.get(modifier) : undefined) ?? unnumberedShort.get(modifier) ?? 'Unknown'
    return `U${polled(0x10)}, func=${name}`
  }
  const received = (control >>> 9) & 0x7f
  if ((control & 1) === 0)
    return `I${(control & 0x100) === 0 ? '' : ' P'}, N(R)=${received}, N(S)=${(control >>> 1) & 0x7f}`
  return `S${polled(0x100)}, func=${supervisoryShort[(control >>> 2) & 3]}, N(R)=${received}`
}

function textOf(response: boolean): (control: number) => string {
  return control => {
    const digits = control
      .toString(16)
      .toUpperCase()
      .padStart(isUnnumbered(control) ? 2 : 4, '0')
    return `${controlText(control, response)} (0x${digits})`
  }
}
