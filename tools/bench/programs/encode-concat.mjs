// The same octets as one writes them without a library: a Buffer for each part, put together with Buffer.concat.
// The sum is of every sixteenth frame's octets: summing all would take as long as encoding.
const count = Number(process.argv[2])

function checksum(bytes) {
  let sum = 0
  for (let at = 0; at + 1 < bytes.length; at += 2) sum += bytes.readUInt16BE(at)
  if (bytes.length % 2 === 1) sum += bytes[bytes.length - 1] << 8
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function word(value) {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function extension(type, value) {
  const start = Buffer.alloc(4)
  start.writeUInt16BE(0x8000 | type, 0)
  start.writeUInt16BE(value.length, 2)
  return Buffer.concat([start, value])
}

function nhrp(requestId, nbma, protocol, hub) {
  const start = Buffer.alloc(20)
  start.writeUInt16BE(1, 0)
  start.writeUInt16BE(0x0800, 2)
  start[9] = 255
  start[16] = 1
  start[17] = 3
  start[18] = 4
  const mandatory = Buffer.alloc(8)
  mandatory[0] = 4
  mandatory[1] = 4
  mandatory.writeUInt16BE(0x8002, 2)
  mandatory.writeUInt32BE(requestId, 4)
  const entry = Buffer.alloc(12)
  entry[1] = 255
  entry.writeUInt16BE(1514, 4)
  entry.writeUInt16BE(360, 6)
  const empty = Buffer.alloc(0)
  const key = Buffer.concat([word(1), Buffer.from('cisco')])
  const extensions = Buffer.concat([3, 4, 5, 7, 0].map(type => extension(type, type === 7 ? key : empty)))
  const before = Buffer.concat([start, mandatory, word(nbma), word(protocol), word(hub), entry])
  const whole = Buffer.concat([before, extensions])
  whole.writeUInt16BE(whole.length, 10)
  whole.writeUInt16BE(before.length, 14)
  whole.writeUInt16BE(checksum(whole), 12)
  return whole
}

function gre(payload) {
  const start = Buffer.alloc(4)
  start.writeUInt16BE(0x2000, 0)
  start.writeUInt16BE(0x2001, 2)
  return Buffer.concat([start, word(123), payload])
}

function ipv4(source, destination, payload) {
  const start = Buffer.alloc(20)
  start[0] = 0x45
  start.writeUInt16BE(20 + payload.length, 2)
  start[8] = 255
  start[9] = 47
  start.writeUInt32BE(source, 12)
  start.writeUInt32BE(destination, 16)
  start.writeUInt16BE(checksum(start), 10)
  return Buffer.concat([start, payload])
}

function ethernet(source, payload) {
  const start = Buffer.alloc(14)
  start.writeUIntBE(0x020000000001, 0, 6)
  start.writeUIntBE(source, 6, 6)
  start.writeUInt16BE(0x0800, 12)
  return Buffer.concat([start, payload])
}

let octets = 0
let sum = 0
for (let spoke = 0; spoke < count; spoke++) {
  const nbma = 0x96020000 + (spoke % 65536)
  const message = nhrp(spoke, nbma, 0x0a000100 + (spoke % 65536), 0x0a000001)
  const bytes = ethernet(0x020000010000 + (spoke % 65536), ipv4(nbma, 0x96010101, gre(message)))
  octets += bytes.length
  if (spoke % 16 === 0) for (let at = 0; at < bytes.length; at++) sum = (Math.imul(sum, 31) + bytes[at]) | 0
}
console.log(`${octets} octets, ${sum >>> 0}`)
