// Every frame of a capture as typed packets, every IPv4 and NHRP checksum verified: what walk.c counts.
import { readCaptureFile } from '@dmvpn/capture'
import { data, dmvpn, ipv4, nhrp } from '@dmvpn/protocols'
import { checksumOf } from '@dmvpn/wire'

const capture = readCaptureFile(process.argv[2])
const none = []
let frames = 0
let layers = 0
let held = 0
let wrong = 0

function add(entries) {
  for (let i = 0; i < entries.length; i++) held += entries[i].holdingTime
}

for (let record = capture.next(); record !== undefined; record = capture.next()) {
  const { view, start } = record
  const frame = dmvpn.decodeIn(record.buffer, view, start, record.end, record.linkType)
  frames++
  for (let i = 0; i < frame.layers.length; i++) {
    const { protocol, packet, at, body } = frame.layers[i]
    if (protocol !== data) layers++
    if ((protocol === ipv4 || protocol === nhrp) && checksumOf(view, start + at, start + body) !== 0) wrong++
    if (protocol !== nhrp) continue
    add(packet.entries)
    for (let each = 0; each < packet.extensions.length; each++) add(packet.extensions[each].entries ?? none)
  }
}
console.log(`${frames} frames, ${layers} layers, ${held} s held, ${wrong} wrong`)
