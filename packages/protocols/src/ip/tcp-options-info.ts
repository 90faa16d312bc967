/** What the information column says of TCP options. */
import type { Sink } from '@dmvpn/wire'

/** Appends the options that people look for: ` MSS=1460 SACK_PERM`. */
export function optionsInfo(s: Sink, octets: Uint8Array): void {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
  for (let at = 0; at < octets.length; ) {
    const kind = octets[at]!
    const length = kind <= 1 ? 1 : (octets[at + 1] ?? 0)
    if (length === 0 || at + length > octets.length) return
    if (kind === 2 && length === 4) s.text(' MSS=').dec(view.getUint16(at + 2))
    else if (kind === 3 && length === 3) s.text(' WS=').dec(1 << Math.min(octets[at + 2]!, 14))
    else if (kind === 4 && length === 2) s.text(' SACK_PERM')
    else if (kind === 8 && length === 10) {
      s.text(' TSval=')
        .dec(view.getUint32(at + 2))
        .text(' TSecr=')
        .dec(view.getUint32(at + 6))
    } else if (kind === 5) {
      for (let edge = at + 2; edge + 8 <= at + length; edge += 8) {
        s.text(' SLE=')
          .dec(view.getUint32(edge))
          .text(' SRE=')
          .dec(view.getUint32(edge + 4))
      }
    }
    at += length
  }
}
