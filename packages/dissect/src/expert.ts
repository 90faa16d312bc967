/** Notes and faults under Wireshark's names: its expert information, its malformed and cut-short packets. */
import { describe, type Fault, type Field, field, type Names, names, type Severity } from '@dmvpn/wire'

const severityNames: Names = names({
  0x100000: 'Comment',
  0x200000: 'Chat',
  0x400000: 'Note',
  0x600000: 'Warning',
  0x800000: 'Error',
})
const groupNames: Names = names({
  0x1000000: 'Checksum',
  0x2000000: 'Sequence',
  0x3000000: 'Response',
  0x4000000: 'Request',
  0x5000000: 'Undecoded',
  0x6000000: 'Reassemble',
  0x7000000: 'Malformed',
  0x9000000: 'Protocol',
})

export const expertItem: Field = field('_ws.expert', 'Expert Info', 'protocol', { generated: true })
export const expertMessage: Field = field('_ws.expert.message', 'Message', 'string', { generated: true })
export const expertSeverity: Field = field('_ws.expert.severity', 'Severity level', 'uint32', {
  names: severityNames,
  generated: true,
})
export const expertGroup: Field = field('_ws.expert.group', 'Group', 'uint32', { names: groupNames, generated: true })
export const malformedItem: Field = field('_ws.malformed', 'Malformed Packet', 'protocol', { generated: true })
/** Wireshark hides one beside every note of its group Malformed, so that `_ws.malformed` finds the packet. */
export const hiddenMalformed: Field = field('_ws.malformed', 'Malformed Packet', 'protocol', { hidden: true })
export const malformedNote: Field = field(
  '_ws.malformed.expert',
  'Malformed Packet (Exception occurred)',
  'none',
  { generated: true },
  'error',
)
export const malformedReason: Field = field('_ws.malformed.reason', 'Where reading stopped, and why', 'string', {
  generated: true,
})
export const shortItem: Field = field('_ws.short', 'Packet size limited during capture', 'protocol', {
  generated: true,
})

export const expertFields: readonly Field[] = [
  expertItem,
  expertMessage,
  expertSeverity,
  expertGroup,
  malformedItem,
  malformedNote,
  malformedReason,
  shortItem,
]

/** Wireshark's numbers of severities. */
const severities: Readonly<Record<Severity, number>> = {
  chat: 0x200000,
  note: 0x400000,
  warning: 0x600000,
  error: 0x800000,
}

/** Wireshark's number of a note's severity. */
export function severityOf(note: Field): number {
  return severities[note.severity ?? 'note']
}

const checksumGroup = 0x1000000
const sequenceGroup = 0x2000000
const malformedGroup = 0x7000000
const protocolGroup = 0x9000000

/** Notes whose group their name does not tell. */
const groups: ReadonlyMap<string, number> = new Map([
  ['arp.duplicate-address-detected', sequenceGroup],
  ['esp.sequence-analysis.wrong-sequence-number', sequenceGroup],
  ['gre.checksum.incorrect', protocolGroup],
  ['eth.invalid_lentype.expert', protocolGroup],
  ['icmp.resp_not_found', sequenceGroup],
  ['icmpv6.resp_not_found', sequenceGroup],
  ['nhrp.ext.not_allowed', malformedGroup],
])

/** Wireshark's number of the group a note belongs to, judged by its name. */
export function groupOf(note: Field): number {
  const known = groups.get(note.name)
  if (known !== undefined) return known
  if (/chksum|checksum/.test(note.name)) return checksumGroup
  return /malformed|invalid|bogus|extra|truncated/.test(note.name) ? malformedGroup : protocolGroup
}

/** Whether Wireshark takes a note for a malformed packet. */
export function isMalformed(note: Field): boolean {
  return groupOf(note) === malformedGroup
}

/** Severity and group in words: `Error/Checksum`. */
export function rankOf(note: Field): string {
  return `${severityNames.nameOf(severityOf(note))!}/${groupNames.nameOf(groupOf(note))!}`
}

/** The group a note belongs to, in words. */
export function groupWord(note: Field): string {
  return groupNames.nameOf(groupOf(note))!
}

/** A note's line in the tree. */
export function noteTitle(note: Field, text: string): string {
  return `[Expert Info (${rankOf(note)}): ${text}]`
}

/** Whether a walk stopped only because the capture kept less of the frame than there was. */
export function isCutShort(fault: Fault, cut: boolean): boolean {
  return cut && fault.fault === 'truncated' && fault.limitedBy === 'capture'
}

/** Wireshark's line for a packet that stops in a protocol of this short name. */
export function malformedTitle(short: string): string {
  return `[Malformed Packet: ${short}]`
}

/** The same where the capture kept less than there was. */
export function shortTitle(short: string): string {
  return `[Packet size limited during capture: ${short} truncated]`
}

/** A severity's number in words. */
export function severityText(severity: number): string {
  return severityNames.nameOf(severity) ?? ''
}

/** Where and why the walk stopped, in our own words. */
export function faultMessage(fault: Fault): string {
  return describe(fault)
}
