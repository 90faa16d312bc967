/**
 * What stands behind a frame's payload: padding up to the least frame size, a trailer, the frame check sequence.
 * A capture rarely says which is which; the rules here are Wireshark's.
 */
import { expert, type Field, field } from '@dmvpn/wire'
import { checksumStatus, statusField } from '../checksum-status.ts'
import { trailing } from '../data.ts'
import type { PacketCursor } from '../packet-cursor.ts'

const padding: Field = field('eth.padding', 'Padding', 'bytes')
const check: Field = field('eth.fcs', 'Frame check sequence', 'uint32', { base: 'hex' })
const status: Field = statusField('eth.fcs', 'FCS Status')
const noZeros: Field = expert(
  'eth.padding_bad',
  'Padding identification may be inaccurate and impact trailer dissector',
  'note',
)

export const trailerFields: readonly Field[] = [padding, check, status, noZeros]

/** A trailer's field. */
export function trailerField(name: string, label: string): Field {
  return field(name, label, 'bytes')
}

/** The least Ethernet frame without its check sequence, in octets (IEEE 802.3 §4.4.2). */
const leastFrame = 60
const checkLength = 4

/**
 * Shows the octets the cursor spans, the last of a layer, to a witness. `stated` is the length of the frame check
 * sequence where it is known to be there or not; where it is not known, a frame of the least size may have one.
 */
export function showTrailer(c: PacketCursor, trailer: Field, stated: number | undefined): void {
  const captured = c.frame.end - c.frame.start
  const onWire = captured + c.missing
  const length = c.left + (c.end - c.origin === captured ? c.missing : 0)
  const guessed = onWire >= leastFrame + checkLength ? checkLength : 0
  const checked = length >= checkLength ? (stated ?? guessed) : 0
  const between = length - checked
  const before = onWire - length
  const short = before < leastFrame && leastFrame - before <= between ? leastFrame - before : 0
  if (short > c.left) return takeUnknown(c)
  const padded = short > 0 && c.bytes.subarray(c.at, c.at + short).every(octet => octet === 0)
  if (padded) c.takeBytes(padding, short)
  const rest = between - (padded ? short : 0)
  if (rest > c.left) return takeUnknown(c)
  if (rest > 0) {
    const at = c.at
    c.takeBytes(trailer, rest)
    if (short > 0 && !padded) c.note(noZeros, noZerosText, at, rest)
  }
  if (c.left < checkLength) return takeUnknown(c)
  c.show(check, c.view.getUint32(c.at), c.at, checkLength)
  c.at += checkLength
  c.show(status, checksumStatus.unverified, c.at - checkLength)
}

const noZerosText = "Didn't find padding of zeros, and an undecoded trailer exists. There may be padding of non-zeros."

/** What the capture cut is neither padding nor trailer for sure. */
function takeUnknown(c: PacketCursor): void {
  if (c.left > 0) c.takeRest(trailing)
}
