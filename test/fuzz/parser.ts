/** What stands for a daemon's own parser: it looks no further than a daemon must before it trusts an NHRP packet. */

/** Whether a frame is NHRP in GRE in IPv4 and holds together: sizes, offsets, entries, extensions, the checksum. */
export function parse(frame: Uint8Array): 'accepted' | 'refused' {
  const start = nhrpIn(frame)
  return start !== undefined && holdsTogether(frame, start) ? 'accepted' : 'refused'
}

function word(octets: Uint8Array, at: number): number {
  return octets[at]! * 256 + octets[at + 1]!
}

/** Where NHRP begins. */
function nhrpIn(frame: Uint8Array): number | undefined {
  if (frame.length < 24 || frame[0]! >>> 4 !== 4 || frame[9] !== 47) return undefined
  const gre = 4 * (frame[0]! & 15)
  if (gre < 20 || frame.length < gre + 4 || (frame[gre]! & 0xdf) !== 0 || word(frame, gre + 2) !== 0x2001)
    return undefined
  return gre + ((frame[gre]! & 0x20) === 0 ? 4 : 8)
}

function holdsTogether(frame: Uint8Array, start: number): boolean {
  if (frame.length < start + 28) return false
  const size = word(frame, start + 10)
  if (size < 28 || start + size > frame.length || frame[start + 16] !== 1) return false
  const packet = frame.subarray(start, start + size)
  const extensions = word(packet, 14)
  const addresses = 28 + (packet[18]! & 63) + (packet[19]! & 63) + packet[20]! + packet[21]!
  if (addresses > size || (extensions !== 0 && (extensions < addresses || extensions > size))) return false
  const hasEntries = packet[17]! < 7
  if (hasEntries && !hasWholeEntries(packet.subarray(addresses, extensions === 0 ? size : extensions))) return false
  return (extensions === 0 || hasWholeExtensions(packet.subarray(extensions))) && checksumHolds(packet)
}

/** Entries of 12 octets and addresses, at least one. */
function hasWholeEntries(octets: Uint8Array): boolean {
  let at = 0
  while (at < octets.length) {
    if (octets.length - at < 12) return false
    at += 12 + (octets[at + 8]! & 63) + (octets[at + 9]! & 63) + octets[at + 10]!
  }
  return at > 0 && at === octets.length
}

/** Type, length and value until the end, or until an extension of type 0. */
function hasWholeExtensions(octets: Uint8Array): boolean {
  let at = 0
  while (at < octets.length) {
    if (octets.length - at < 4) return false
    if ((word(octets, at) & 0x3fff) === 0) return true
    at += 4 + word(octets, at + 2)
  }
  return at === octets.length
}

function checksumHolds(packet: Uint8Array): boolean {
  let sum = 0
  packet.forEach((octet, at) => {
    sum += at % 2 === 0 ? octet * 256 : octet
  })
  while (sum > 0xffff) sum = (sum % 0x10000) + Math.floor(sum / 0x10000)
  return sum === 0xffff
}
