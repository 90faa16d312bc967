/** How many frames the capturing system says it lost: pcapng's Interface Statistics Block. */
import type { CaptureBlock } from '@dmvpn/capture'

/** Where the options begin: behind type, length, interface and time stamp. */
const optionsAt = 20
/** `isb_ifdrop` and `isb_osdrop`: frames dropped by the interface, and by the system. */
const drops: ReadonlySet<number> = new Set([5, 7])
const countLength = 8

/** Frames lost, by a block of statistics; 0 for any other block. */
export function framesDropped({ kind, bytes, order }: CaptureBlock): number {
  if (kind !== 'statistics') return 0
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const little = order === 'little'
  let lost = 0
  // The block ends with its length once more.
  for (let at = optionsAt; at + 4 <= bytes.length - 4; ) {
    const code = view.getUint16(at, little)
    const length = view.getUint16(at + 2, little)
    if (code === 0) break
    if (drops.has(code) && length === countLength && at + 4 + length <= bytes.length - 4) {
      lost += Number(view.getBigUint64(at + 4, little))
    }
    at += 4 + length + ((4 - (length % 4)) % 4)
  }
  return lost
}
