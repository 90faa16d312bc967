// So many registration requests in GRE, IPv4 and Ethernet, every length and checksum computed, so many times over: the
// octets of one time, and the sum of every sixteenth frame's.
import { defaultMessage, dmvpn, emptyCie, ethernet, gre, ipv4, layer, nhrp, PacketMemory } from '@dmvpn/protocols'
import { ipv4Of } from '@dmvpn/wire'

const count = Number(process.argv[2])
const times = Number(process.argv[3] ?? 1)
const hub = { nbma: ipv4Of('150.1.1.1'), protocol: ipv4Of('10.0.0.1') }
const spokes = { nbma: ipv4Of('150.2.0.0'), protocol: ipv4Of('10.0.1.0') }
const head = { compulsory: true, reserved: false }
const extensions = [
  { kind: 'responder-address', ...head, entries: [] },
  { kind: 'forward-transit', ...head, entries: [] },
  { kind: 'reverse-transit', ...head, entries: [] },
  { kind: 'authentication', form: 'cleartext', ...head, key: new TextEncoder().encode('cisco') },
  { kind: 'end', ...head, value: new Uint8Array(0) },
]
const entries = [{ ...emptyCie, prefixLength: 255, mtu: 1514, holdingTime: 360 }]
// Pieces of one block, as Buffer.concat's results are.
const memory = new PacketMemory()
// What all of them have in common; what is each one's own comes with it.
const requests = dmvpn.encoder([
  layer(ethernet, { destination: 0x020000000001 }),
  layer(ipv4, { destination: hub.nbma, ttl: 255 }),
  layer(gre, { key: 123 }),
  layer(nhrp, {
    ...defaultMessage,
    kind: 'registration-request',
    type: 3,
    flags: 0x8002,
    destinationProtocol: hub.protocol,
    entries,
    extensions,
  }),
])

function request(spoke) {
  const nbma = spokes.nbma + (spoke % 65536)
  const source = 0x020000010000 + (spoke % 65536)
  const registration = {
    requestId: spoke,
    sourceNbma: nbma,
    sourceProtocol: spokes.protocol + (spoke % 65536),
  }
  return requests.encode([{ source }, { source: nbma }, undefined, registration], memory)
}

let octets = 0
let sum = 0
for (let time = 0; time < times; time++) {
  octets = 0
  sum = 0
  for (let spoke = 0; spoke < count; spoke++) {
    const bytes = request(spoke)
    octets += bytes.length
    if (spoke % 16 === 0) for (let at = 0; at < bytes.length; at++) sum = (Math.imul(sum, 31) + bytes[at]) | 0
  }
}
console.log(`${octets} octets, ${sum >>> 0}`)
