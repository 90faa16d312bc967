/**
 * First fragments that nothing completes, read as tshark reads them: cut by the capture, shorter than their packet
 * says, or left as they are because nobody wants them put together.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CaptureRecord, linkType, readCaptureFile, recordOf, writePcap } from '@dmvpn/capture'
import { FieldsExport, Session } from '@dmvpn/dissect'
import {
  data,
  dmvpn,
  gre,
  icmp,
  ipv4,
  ipv6,
  ipv6Fragment,
  type LayerToEncode,
  layer,
  nhrp,
  udp,
} from '@dmvpn/protocols'
import { ipv4Of, Sink } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { inTemporaryFolder, run, tsharkVersion } from './tshark.ts'

const fields = [
  'frame.protocols',
  'ip.src',
  'ip.proto',
  'ip.len',
  'ipv6.fraghdr.offset',
  'gre.proto',
  'gre.key',
  'gre.checksum.status',
  'udp.srcport',
  'udp.length',
  'udp.checksum.status',
  'icmp.type',
  'icmp.seq',
  'ip.bogus_ip_length',
  'udp.length.bad',
  'nhrp.hdr.pktsz',
  'nhrp.hdr.op.type',
  'nhrp.hdr.chksum.status',
  'nhrp.reqid',
  'nhrp.src.prot.addr',
  'data.len',
  'ip.fragment.count',
  'ip.reassembled_in',
  'ipv6.fragment.count',
]

const [near, far] = [ipv4Of('150.1.2.2'), ipv4Of('150.1.1.1')]
const outer = layer(ipv4, { source: near, destination: far })
const inner = layer(ipv4, { source: ipv4Of('10.0.0.2'), destination: ipv4Of('10.0.0.9') })
const ping = [layer(icmp, { kind: 'query', type: 8, identifier: 7, sequence: 3 }), octets(new Uint8Array(400))]
const datagram = [layer(udp, { sourcePort: 4000, destinationPort: 4001 }), octets(new Uint8Array(300).fill(7))]

/** Protocol numbers, and what stands behind an IP header that says them. */
const payloads: readonly (readonly [number, Uint8Array])[] = [
  [47, behind([layer(gre, { key: 5 }), inner, ...ping])],
  [47, behind([layer(gre, { checksummed: true }), inner, ...datagram])],
  [4, behind([inner, ...datagram])],
  [17, behind(datagram)],
  [1, behind(ping)],
  [47, behind([layer(gre, { key: 1 }), layer(nhrp)])],
]

function behind(layers: readonly LayerToEncode[]): Uint8Array {
  return dmvpn.encode([outer, ...layers]).subarray(20)
}

/** The first `size` octets of a payload as a first fragment, and the rest as a last one. */
function divided4([protocol, payload]: (typeof payloads)[number], size: number, identification: number): Uint8Array[] {
  const facts = { source: near, destination: far, identification, protocol }
  return [
    dmvpn.encode([layer(ipv4, { ...facts, moreFragments: true }), octets(payload.subarray(0, size))]),
    dmvpn.encode([layer(ipv4, { ...facts, fragmentOffset: size / 8 }), octets(payload.subarray(size))]),
  ]
}

/** The same over IPv6. */
function divided6(
  [nextHeader, payload]: (typeof payloads)[number],
  size: number,
  identification: number,
): Uint8Array[] {
  const around = layer(ipv6, { source: 0x20010db8n << 96n, destination: (0x20010db8n << 96n) + 9n, nextHeader: 44 })
  const facts = { nextHeader, identification }
  return [
    dmvpn.encode([around, layer(ipv6Fragment, { ...facts, more: true }), octets(payload.subarray(0, size))]),
    dmvpn.encode([around, layer(ipv6Fragment, { ...facts, offset: size / 8 }), octets(payload.subarray(size))]),
  ]
}

function octets(bytes: Uint8Array): LayerToEncode {
  return layer(data, { bytes })
}

/** Every payload divided, whole; with the first fragment cut by the capture; with the first fragment shorter than it says. */
function records(): readonly CaptureRecord[] {
  return [divided4, divided6].flatMap((divide, version) =>
    payloads.flatMap((payload, index) => {
      const at = { seconds: 1, nanoseconds: 0, linkType: linkType.raw }
      const size = payload[1].length < 100 ? 16 : 96
      const cut = 20 * (version + 1) + (size === 16 ? 12 : 70)
      return [0, 1, 2].flatMap(kind => {
        const [first, last] = divide(payload, size, 1 + 10 * index + kind) as [Uint8Array, Uint8Array]
        const kept = kind === 0 ? first : first.subarray(0, cut)
        const originalLength = kind === 1 ? first.length : kept.length
        return [recordOf(kept, { ...at, originalLength }), recordOf(last, at)]
      })
    }),
  )
}

describe.skipIf(tsharkVersion === undefined)(`first fragments as tshark ${tsharkVersion} reads them`, () => {
  test.each([
    ['put together', true, []],
    ['left as they are', false, ['-o', 'ip.defragment:FALSE', '-o', 'ipv6.defragment:FALSE']],
  ] as const)('%s', (_, reassembly, preferences) => {
    const { theirs, ours } = inTemporaryFolder(folder => {
      const file = join(folder, 'fragments.pcap')
      writeFileSync(file, writePcap(records()))
      const sink = new Sink()
      const output = new FieldsExport(dmvpn, fields)
      const session = new Session()
      session.reassembly = reassembly
      for (const record of readCaptureFile(file)) output.write(sink, record, session)
      const names = fields.flatMap(name => ['-e', name])
      return {
        theirs: run('tshark', ['-n', '-r', file, ...preferences, '-T', 'fields', ...names]).replace(/\n$/, ''),
        ours: sink.toString().replace(/\n$/, ''),
      }
    })
    const named = (text: string): string[] =>
      text
        .split('\n')
        .map((line, i) =>
          [
            `frame ${i + 1}`,
            ...line.split('\t').flatMap((cell, j) => (cell === '' ? [] : [`${fields[j]}=${cell}`])),
          ].join(' '),
        )
    expect(named(theirs)).toHaveLength(72)
    expect(named(ours)).toEqual(named(theirs))
  })
})
