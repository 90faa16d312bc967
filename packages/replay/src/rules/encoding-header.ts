/** N01–N08: the fixed part and the head of the mandatory part, RFC 2332 §5.2. */
import { checksumWithout } from '@dmvpn/wire'
import { leastSize } from '../observation-anatomy.ts'
import { hex } from './parts.ts'
import type { Rule } from './rule.ts'
import { type Answer, difference, octetRule, type Problem } from './shapes.ts'

/** The flags that mean something, Cisco's NAT bit among them, by message type (RFC 2332 §5.2.1, §5.2.3, §5.2.5). */
const knownFlags: readonly number[] = [0xffff, 0xf802, 0xf802, 0x8002, 0x8002, 0x8002, 0x8002]
/** `ar$pro.type` that says: look at the SNAP form. */
const longForm = 0x0080

const checksum = octetRule(
  {
    id: 'N01',
    statement: 'The checksum over the whole packet is right; an odd last octet is a high half.',
    source: 'RFC 2332 §5.2.1',
    severity: 'error',
  },
  (seen, { size, checksum: stored }) => {
    const { octets } = seen
    if (size < leastSize || size > octets.length) return 'not-asked'
    if (seen.sound) return 'right'
    const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength)
    const right = checksumWithout(view, 0, size, 12)
    if (right === stored) return 'right'
    const differences = [difference(seen, 'nhrp.hdr.chksum', hex(stored), hex(right), [12, 2])]
    return { because: `the checksum is ${hex(stored)}, should be ${hex(right)}`, differences }
  },
)

const size = octetRule(
  {
    id: 'N02',
    statement: 'The packet size is at least 28 and no more than what was sent.',
    source: 'RFC 2332 §5.2.1',
    severity: 'error',
  },
  (seen, anatomy) => {
    if (anatomy.size >= leastSize && anatomy.size <= seen.sent) return 'right'
    const expected = anatomy.size < leastSize ? `at least ${leastSize}` : `at most ${seen.sent}`
    const differences = [difference(seen, 'nhrp.hdr.pktsz', anatomy.size, expected, [10, 2])]
    return { because: `the packet size is ${anatomy.size}, ${expected} is possible`, differences }
  },
)

const padding = octetRule(
  {
    id: 'N03',
    statement: 'Nothing stands behind the packet: a tunnel pads nothing.',
    source: 'captures',
    severity: 'warning',
  },
  (seen, anatomy) => {
    if (anatomy.size < leastSize || anatomy.size > seen.sent) return 'not-asked'
    if (anatomy.size === seen.sent) return 'right'
    const differences = [difference(seen, 'nhrp.hdr.pktsz', anatomy.size, seen.sent, [10, 2])]
    return { because: `${seen.sent - anatomy.size} octets stand behind the packet`, differences }
  },
)

const extensionOffset = octetRule(
  {
    id: 'N04',
    statement: 'The extension offset is 0, or behind the addresses and 4 octets before the end at the latest.',
    source: 'RFC 2332 §5.2.1',
    severity: 'error',
  },
  (seen, { extensionOffset: offset, addressesEnd, size: total }) => {
    if (offset === 0 || (offset >= addressesEnd && offset <= total - 4)) return 'right'
    const expected = `${addressesEnd} to ${total - 4}`
    const differences = [difference(seen, 'nhrp.hdr.extoff', offset, expected, [14, 2])]
    return { because: `the extension offset is ${offset}, not 0 and not ${expected}`, differences }
  },
)

const version = octetRule(
  { id: 'N05', statement: 'The version is 1 and the type 1 to 8.', source: 'RFC 2332 §5.2.1', severity: 'error' },
  (seen, anatomy) => {
    const problems: Problem[] = []
    if (anatomy.version !== 1) {
      const differences = [difference(seen, 'nhrp.hdr.version', anatomy.version, 1, [16, 1])]
      problems.push({ because: `the version is ${anatomy.version}`, differences })
    }
    if (anatomy.type < 1 || anatomy.type > 8) {
      const differences = [difference(seen, 'nhrp.hdr.op.type', anatomy.type, '1 to 8', [17, 1])]
      problems.push({ because: `the type is ${anatomy.type}`, differences })
    }
    return problems
  },
)

const snap = octetRule(
  {
    id: 'N06',
    statement: 'The SNAP form is zero beside a protocol type, and not used where there is an Ethertype.',
    source: 'RFC 2332 §5.2.1',
    severity: 'warning',
  },
  seen => {
    const { octets } = seen
    const type = octets[2]! * 256 + octets[3]!
    const zero = (octets[4]! | octets[5]! | octets[6]! | octets[7]! | octets[8]!) === 0
    const ethertype = octets[4] === 0 && octets[5] === 0 && octets[6] === 0
    if (type === longForm ? !ethertype || zero : zero) return 'right'
    const written = [...octets.subarray(4, 9)].map(octet => octet.toString(16).padStart(2, '0')).join('')
    const differences = [difference(seen, 'nhrp.hdr.pro.snap', written, '0000000000', [4, 5])]
    return { because: `the SNAP form is ${written} beside protocol type ${hex(type)}`, differences }
  },
)

/** Octets of addresses, by address family and by protocol type. */
const familySizes: ReadonlyMap<number, number> = new Map([
  [1, 4],
  [2, 16],
])
const protocolSizes: ReadonlyMap<number, number> = new Map([
  [0x0800, 4],
  [0x86dd, 16],
])

const lengths = octetRule(
  {
    id: 'N07',
    statement: 'Type/length octets have bit 7 clear, and lengths fit the address family and the protocol.',
    source: 'RFC 2332 §5.2.1',
    severity: 'error',
    profiles: ['frr'],
  },
  (seen, anatomy): Answer => {
    const { octets } = seen
    const family = familySizes.get(octets[0]! * 256 + octets[1]!)
    const protocol = protocolSizes.get(octets[2]! * 256 + octets[3]!)
    const problems: Problem[] = []
    const typeLength = (at: number, field: string, wanted: number | undefined): void => {
      const value = octets[at]!
      const length = value & 0x3f
      if ((value & 0x80) !== 0) {
        problems.push({
          because: `bit 7 of ${field} is set`,
          differences: [difference(seen, field, hex(value, 2), hex(value & 0x7f, 2), [at, 1])],
        })
      }
      if (wanted !== undefined && length !== 0 && length !== wanted) {
        problems.push({
          because: `${field} says ${length} octets, the family has ${wanted}`,
          differences: [difference(seen, field, length, wanted, [at, 1])],
        })
      }
    }
    const plain = (at: number, field: string, habitOf?: Problem['habitOf']): void => {
      const length = octets[at]!
      if (protocol === undefined || length === 0 || length === protocol) return
      problems.push({
        because: `${field} says ${length} octets, the protocol has ${protocol}`,
        differences: [difference(seen, field, length, protocol, [at, 1])],
        habitOf,
      })
    }
    typeLength(18, 'nhrp.hdr.shtl', family)
    typeLength(19, 'nhrp.hdr.sstl', undefined)
    plain(20, 'nhrp.src.prot.len')
    plain(21, 'nhrp.dst.prot.len')
    for (const { at } of anatomy.entries) {
      typeLength(at + 8, 'nhrp.cli.addr_tl', family)
      typeLength(at + 9, 'nhrp.cli.saddr_tl', undefined)
      plain(at + 10, 'nhrp.prot.len')
    }
    for (const { type, entries } of anatomy.extensions) {
      // FRR writes its tunnel's IPv4 address there, whatever the overlay is.
      const habitOf = type === 3 && protocol === 16 ? (['frr'] as const) : undefined
      for (const { at } of entries) {
        typeLength(at + 8, 'nhrp.cli.addr_tl', family)
        plain(at + 10, 'nhrp.prot.len', habitOf)
      }
    }
    return problems
  },
)

const flags = octetRule(
  {
    id: 'N08',
    statement: 'Reserved flags and unused octets of the mandatory part are zero.',
    source: 'RFC 2332 §5.2',
    severity: 'warning',
    profiles: ['frr', 'opennhrp'],
  },
  (seen, { type }) => {
    const { octets } = seen
    const word = octets[22]! * 256 + octets[23]!
    if (type === 7 || type === 8) {
      const unused = type === 8 ? octets[26]! * 256 + octets[27]! : 0
      if (word === 0 && unused === 0) return 'right'
      const wrong = word === 0 ? unused : word
      const differences = [difference(seen, 'nhrp.unused', hex(wrong), '0x0000', [word === 0 ? 26 : 22, 2])]
      return {
        because: `the unused octets are ${hex(wrong)}`,
        differences,
        ...(type === 7 ? { habitOf: ['frr', 'opennhrp'] as const } : {}),
      }
    }
    const reserved = word & ~(knownFlags[type] ?? 0xffff)
    if (reserved === 0) return 'right'
    const differences = [difference(seen, 'nhrp.flags', hex(word), hex(word & ~reserved), [22, 2])]
    return { because: `the reserved flags ${hex(reserved)} are set`, differences }
  },
)

export const headerRules: readonly Rule[] = [checksum, size, padding, extensionOffset, version, snap, lengths, flags]
