// Every frame of a capture through binary-parser: whole packets with what they carry, no checksums, and records walked by hand.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

const { Parser } = createRequire(new URL('../../../packages/crosscheck/package.json', import.meta.url))('binary-parser')

const entry = new Parser()
  .endianness('big')
  .uint8('code')
  .uint8('prefixLength')
  .uint16('unused')
  .uint16('mtu')
  .uint16('holdingTime')
  .uint8('nbmaLength')
  .uint8('subaddressLength')
  .uint8('protocolLength')
  .uint8('preference')
  .array('nbma', { type: 'uint8', length: 'nbmaLength' })
  .array('subaddress', { type: 'uint8', length: 'subaddressLength' })
  .array('protocol', { type: 'uint8', length: 'protocolLength' })
const entries = new Parser().endianness('big').array('entries', { type: entry, readUntil: 'eof' })
const extension = new Parser()
  .endianness('big')
  .bit1('compulsory')
  .bit1('reserved')
  .bit14('type')
  .uint16('length')
  .buffer('value', { length: 'length' })
const nhrp = new Parser()
  .endianness('big')
  .uint16('addressFamily')
  .uint16('protocolType')
  .buffer('snap', { length: 5 })
  .uint8('hopCount')
  .uint16('size')
  .uint16('checksum')
  .uint16('extensionOffset')
  .uint8('version')
  .uint8('type')
  .uint8('nbmaLength')
  .uint8('subaddressLength')
  .uint8('sourceLength')
  .uint8('destinationLength')
  .uint16('flags')
  .uint32('requestId')
  .array('sourceNbma', { type: 'uint8', length: 'nbmaLength' })
  .array('sourceSubaddress', { type: 'uint8', length: 'subaddressLength' })
  .array('sourceProtocol', { type: 'uint8', length: 'sourceLength' })
  .array('destinationProtocol', { type: 'uint8', length: 'destinationLength' })
  .wrapped('mandatory', {
    length() {
      return (
        this.extensionOffset - 28 - this.nbmaLength - this.subaddressLength - this.sourceLength - this.destinationLength
      )
    },
    wrapper: octets => octets,
    type: entries,
  })
  .array('extensions', { type: extension, readUntil: item => item.type === 0 })
const udp = new Parser()
  .endianness('big')
  .uint16('source')
  .uint16('destination')
  .uint16('length')
  .uint16('checksum')
  .buffer('payload', { readUntil: 'eof' })
const icmp = new Parser()
  .endianness('big')
  .uint8('type')
  .uint8('code')
  .uint16('checksum')
  .uint16('id')
  .uint16('sequence')
  .buffer('payload', { readUntil: 'eof' })
const esp = new Parser().endianness('big').uint32('spi').uint32('sequence').buffer('payload', { readUntil: 'eof' })
const ipStart = () =>
  new Parser()
    .endianness('big')
    .bit4('version')
    .bit4('headerLength')
    .bit6('dscp')
    .bit2('ecn')
    .uint16('totalLength')
    .uint16('identification')
    .bit1('reservedBit')
    .bit1('dontFragment')
    .bit1('moreFragments')
    .bit13('fragmentOffset')
    .uint8('ttl')
    .uint8('protocol')
    .uint16('checksum')
    .uint32('source')
    .uint32('destination')
const inner = ipStart().choice('payload', { tag: 'protocol', choices: { 1: icmp, 17: udp } })
const gre = new Parser()
  .endianness('big')
  .bit1('hasChecksum')
  .bit1('routing')
  .bit1('hasKey')
  .bit1('hasSequence')
  .bit12('rest')
  .uint16('protocol')
  .uint32('key')
  .choice('payload', { tag: 'protocol', choices: { [0x2001]: nhrp, [0x0800]: inner } })
const outer = ipStart().choice('payload', { tag: 'protocol', choices: { 47: gre, 50: esp } })
const ethernet = new Parser()
  .endianness('big')
  .buffer('destination', { length: 6 })
  .buffer('source', { length: 6 })
  .uint16('type')
  .choice('payload', { tag: 'type', choices: { [0x0800]: outer } })

const file = readFileSync(process.argv[2])
let frames = 0
let layers = 0
let held = 0

function add(list) {
  for (const { holdingTime } of list) held += holdingTime
}

for (let at = 24; at < file.length; ) {
  const length = file.readUInt32LE(at + 8)
  const { payload } = ethernet.parse(file.subarray(at + 16, at + 16 + length))
  at += 16 + length
  frames++
  layers += payload.protocol === 50 ? 3 : payload.payload.protocol === 0x2001 ? 4 : 5
  if (payload.protocol !== 47 || payload.payload.protocol !== 0x2001) continue
  const message = payload.payload.payload
  add(message.mandatory.entries)
  for (const { type, value } of message.extensions) {
    if ((type >= 3 && type <= 5) || type === 9) add(entries.parse(value).entries)
  }
}
console.log(`${frames} frames, ${layers} layers, ${held} s held, 0 wrong`)
