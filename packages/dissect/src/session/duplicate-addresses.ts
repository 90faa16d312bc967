/** IPv4 addresses that two stations were seen to have, from ARP, as tshark finds them. */
import {
  type Arp,
  duplicateAddressAge,
  duplicateAddressDetected,
  duplicateAddressFrame,
  type PacketCursor,
} from '@dmvpn/protocols'
import { formatIpv4, formatMac, type Ipv4 } from '@dmvpn/wire'

interface Holder {
  mac: number
  frame: number
  seconds: number
}

/** Addresses remembered at most. */
const most = 1 << 16

const request = 1
const reply = 2

export class DuplicateAddresses {
  /** How many were found in the present frame. */
  detected = 0
  private readonly holders = new Map<Ipv4, Holder>()

  /** A walk of a frame begins. */
  begin(): void {
    this.detected = 0
  }

  /** An ARP packet, read to its end. `seconds` is the time of its frame. */
  take(c: PacketCursor, packet: Arp, seconds: number, frame: number): void {
    const { hardwareType, operation, senderHardware, senderProtocol, targetHardware, targetProtocol } = packet
    if ((operation !== request && operation !== reply) || hardwareType !== 1 || senderHardware.length !== 6) return
    if (typeof senderProtocol !== 'number' || typeof targetProtocol !== 'number') return
    this.check(c, senderProtocol, senderHardware, seconds, frame)
    // Only a reply says who its target is.
    if (operation === reply && targetProtocol !== senderProtocol) {
      this.check(c, targetProtocol, targetHardware, seconds, frame)
    }
  }

  private check(c: PacketCursor, address: Ipv4, octets: Uint8Array, seconds: number, frame: number): void {
    if (address === 0) return
    const mac = macOf(octets)
    const holder = this.holders.get(address)
    if (holder === undefined) {
      if (this.holders.size < most) this.holders.set(address, { mac, frame, seconds })
    } else if (holder.mac === mac) {
      holder.frame = frame
      holder.seconds = seconds
    } else {
      this.detected++
      if (c.witness !== undefined) show(c, address, mac, holder, seconds)
    }
  }
}

function show(c: PacketCursor, address: Ipv4, mac: number, holder: Holder, seconds: number): void {
  const text = formatIpv4(address)
  const other = `also in use by ${formatMac(holder.mac)} (frame ${holder.frame})`
  c.open(`[Duplicate IP address detected for ${text} (${formatMac(mac)}) - ${other}]`)
  c.show(duplicateAddressFrame, holder.frame)
  c.below()
  c.note(duplicateAddressDetected, `Duplicate IP address configured (${text})`)
  c.close()
  c.show(duplicateAddressAge, (seconds - holder.seconds) >>> 0)
  c.close()
}

function macOf(octets: Uint8Array): number {
  let mac = 0
  for (let i = 0; i < 6; i++) mac = 256 * mac + octets[i]!
  return mac
}
