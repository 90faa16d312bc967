/** Three bugs, each behind four conditions, planted into copies of the NHRP protocol: what a search must find. */
import { dmvpn, type Nhrp, nhrp, type Protocol, type Stack, stack } from '@dmvpn/protocols'
import { fold } from '@dmvpn/wire'
import { type Judge, lawsOf } from './target-self.ts'

function withNhrp(planted: Partial<Protocol<Nhrp>>): Stack {
  return stack(dmvpn.protocols.map(each => (each.name === nhrp.name ? { ...nhrp, ...planted } : each)))
}

/** In a reply, a subaddress behind an E.164 address with the reserved bit set in its own type begins one octet early. */
const subaddress: Stack = withNhrp({
  walk(c) {
    const packet = nhrp.walk(c)
    if (packet.kind === 'registration-reply') {
      const entry = packet.entries.at(-1)
      if (entry?.subaddress instanceof Uint8Array) {
        if (entry.nbmaType === 1) {
          if (entry.subaddressType >= 2) {
            const { buffer, byteOffset, length } = entry.subaddress
            const early = new Uint8Array(buffer, byteOffset - 1, length)
            return { ...packet, entries: [...packet.entries.slice(0, -1), { ...entry, subaddress: early }] }
          }
        }
      }
    }
    return packet
  },
})

/** In a purge that wants no answer, the length of an E.164 source address is not masked where a subaddress follows. */
const mask: Stack = withNhrp({
  walk(c) {
    const packet = nhrp.walk(c)
    if (packet.kind === 'purge-request') {
      if (packet.sourceNbmaType === 1) {
        if (packet.sourceSubaddress !== undefined) {
          if ((packet.flags & 1) !== 0) return { ...packet, sourceNbma: new Uint8Array(0x44) }
        }
      }
    }
    return packet
  },
})

/** An odd last octet that is not zero is summed as a low half, in an indication with a code and without extensions. */
const checksum: Stack = withNhrp({
  write(w, packet, around) {
    nhrp.write(w, packet, around)
    if (packet.kind === 'traffic-indication') {
      if (packet.trafficCode !== 0) {
        if ((w.body - w.start) % 2 === 1) {
          const last = w.bytes[w.body - 1]!
          if (last !== 0 && packet.extensions.length === 0) {
            const at = w.start + 12
            const sum = ~w.view.getUint16(at) & 0xffff
            w.view.setUint16(at, ~fold(sum + (~(last << 8) & 0xffff) + last) & 0xffff)
          }
        }
      }
    }
  },
})

export const judgeSubaddress: Judge = lawsOf(subaddress, 'encoding')
export const judgeMask: Judge = lawsOf(mask, 'encoding')
export const judgeChecksum: Judge = lawsOf(checksum, 'encoding')
