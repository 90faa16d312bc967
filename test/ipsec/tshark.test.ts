import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bytesOf, linkType, readCaptureFile, recordOf, writePcap } from '@dmvpn/capture'
import {
  AssociationTable,
  type Finding,
  IpsecSession,
  open,
  protect,
  readKeys,
  type SecurityAssociation,
  securityAssociation,
  transformName,
  writeKeys,
} from '@dmvpn/ipsec'
import { dmvpn } from '@dmvpn/protocols'
import { parseHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { inTemporaryFolder, mergeInOrder, run, tsharkVersion } from '../tshark/tshark.ts'
import { espTransforms, keyOf } from './every-transform.ts'
import { Recorder } from './recorder.ts'

const samples = fileURLToPath(new URL('../../samples/', import.meta.url))

/** One line of tshark's `-T fields` for every frame with ESP. */
function tsharkFields(file: string, keys: string, names: readonly string[], filter = 'esp'): Record<string, string>[] {
  const associations = keys.split('\n').filter(line => line.startsWith('"'))
  const lines = run('tshark', [
    '-n',
    '-r',
    file,
    '-Y',
    filter,
    ...['esp.enable_encryption_decode:TRUE', 'esp.enable_authentication_check:TRUE'].flatMap(option => ['-o', option]),
    ...associations.flatMap(line => ['-o', `uat:esp_sa:${line}`]),
    '-T',
    'fields',
    ...names.flatMap(name => ['-e', name]),
  ])
  return lines
    .split('\n')
    .slice(0, -1)
    .map(line => Object.fromEntries(line.split('\t').map((value, i) => [names[i]!, value])))
}

/** The same columns from a walk with keys. */
function ownFields(
  file: string,
  associations: Iterable<SecurityAssociation>,
  names: readonly string[],
): Record<string, string>[] {
  const session = new IpsecSession(new AssociationTable(associations))
  const rows: Record<string, string>[] = []
  let number = 0
  for (const record of readCaptureFile(file)) {
    session.beginFrame(++number)
    const witness = new Recorder()
    dmvpn.decode(bytesOf(record), record.linkType, { session, witness })
    if (session.findings.length > 0) rows.push(Object.fromEntries(names.map(name => [name, witness.column(name)])))
  }
  return rows
}

/** An IPv4 packet with a GRE packet of NHRP in it. */
const inner = Uint8Array.from([
  ...parseHex('45c0006d00270000ff2f8a7e9601030396010101')!,
  ...parseHex('200020010000007b000108000000000000ff005172bf003401030400040480000000001a960103030a0000030a000001')!,
  ...parseHex('00ff000005ea003c000000008003000080040000800500008007000900000001636973636f80000000')!,
])
new DataView(inner.buffer).setUint16(2, inner.length)

const opened = [
  'esp.iv',
  'esp.encrypted_data',
  'esp.icv',
  'esp.icv_good',
  'esp.icv_bad',
  'esp.decrypted_data',
  'esp.contained_data',
  'esp.pad',
  'esp.pad_len',
  'esp.protocol',
]

describe.skipIf(tsharkVersion === undefined)('tshark', () => {
  test('opens what is sealed here, ICV good, in every transform it knows', () => {
    const surroundings = [
      { mode: 'transport', encapsulation: undefined },
      { mode: 'tunnel', encapsulation: undefined },
      { mode: 'transport', encapsulation: { sourcePort: 4500, destinationPort: 4500 } },
      { mode: 'tunnel', encapsulation: { sourcePort: 4500, destinationPort: 4500 } },
    ] as const
    const all = espTransforms.map((transforms, i) =>
      securityAssociation({
        spi: 0x1000 + i,
        source: '150.1.3.3',
        destination: '150.1.1.1',
        ...transforms,
        ...surroundings[i % 4]!,
      }),
    )
    const { text, left } = writeKeys('wireshark', all)
    const associations = all.filter(each => left.every(({ association }) => association !== each))
    expect(new Set(associations.map(({ encryption }) => encryption.algorithm)).size).toBe(6)
    expect(associations.length).toBeGreaterThan(100)
    inTemporaryFolder(folder => {
      const file = join(folder, 'sealed.pcap')
      const packets = associations.map((association, i) => {
        const bytes = protect(association, inner, { sequence: 1 + i, iv: length => keyOf(length, i) })
        return recordOf(bytes, { linkType: linkType.raw, seconds: i, nanoseconds: 0 })
      })
      writeFileSync(file, writePcap(packets))
      const rows = tsharkFields(file, text, [
        'esp.spi',
        'esp.icv_good',
        'esp.icv_bad',
        'nhrp.hdr.op.type',
        'esp.contained_data',
      ])
      expect(rows.length).toBe(associations.length)
      for (const [i, row] of rows.entries()) {
        const association = associations[i]!
        const { integrity, encryption, mode } = association
        const name = `${transformName(association)} ${mode}`
        const checked = encryption.icvLength > 0 || !['none', 'unchecked'].includes(integrity.algorithm)
        const shown = encryption.icvLength > 0 || integrity.algorithm !== 'none'
        expect([name, row['esp.icv_good'], row['esp.icv_bad']]).toEqual([
          name,
          shown ? (checked ? '1' : '0') : '',
          shown ? '0' : '',
        ])
        expect([name, row['nhrp.hdr.op.type']]).toEqual([name, '3'])
        const contained = Buffer.from(mode === 'tunnel' ? inner : inner.subarray(20)).toString('hex')
        expect([name, row['esp.contained_data']]).toEqual([name, contained])
      }
    })
  })

  test.each([
    [
      '07a-esp.esp_sa',
      ['07a-esp.cbc256-sha256.s1-link.pcap', '07a-esp.gcm256.s2-link.pcap', '07a-esp.null-sha1.s3-link.pcap'],
    ],
    [
      '07b-esp.esp_sa',
      [
        '07b-esp.udp-cbc128-sha256.s1-link.pcap',
        '07b-esp.3des-md5.s2-link.pcap',
        '07b-esp.cbc128-sha1-tunnel.s3-link.pcap',
      ],
    ],
    ['09-ikev2-strongswan-frr10.esp_sa', ['09-ikev2-strongswan-frr10.hub-link.pcap']],
  ])('shows the same octets of the captures as are shown here, %s', (keyFile, files) => {
    inTemporaryFolder(folder => {
      const file = join(folder, 'merged.pcapng')
      mergeInOrder(
        files.map(name => `${samples}captures/${name}`),
        file,
      )
      const keys = readFileSync(`${samples}captures/${keyFile}`, 'utf8')
      const theirs = tsharkFields(file, keys, opened)
      expect(theirs.length).toBeGreaterThan(40)
      expect(ownFields(file, readKeys(keys).associations, opened)).toEqual(theirs)
    })
  })

  test('and of the vectors, the flipped check value among them', () => {
    const file = `${samples}vectors/vectors-dlt101.pcap`
    const vectors = JSON.parse(readFileSync(`${samples}vectors/vectors.json`, 'utf8')) as { esp_sa?: string }[]
    const keys = vectors
      .flatMap(({ esp_sa: line }) => (line === undefined || !line.startsWith('"') ? [] : [line]))
      .join('\n')
    const theirs = tsharkFields(file, keys, opened, 'esp.icv')
    expect(theirs.length).toBe(9 - 1)
    expect(ownFields(file, readKeys(keys).associations, opened).filter(row => row['esp.icv'] !== '')).toEqual(theirs)
  })

  test('finds the same numbers out of sequence', () => {
    const file = `${samples}captures/07b-esp.3des-md5.s2-link.pcap`
    const records = Array.from(readCaptureFile(file), record =>
      recordOf(bytesOf(record).slice(), { linkType: record.linkType, seconds: record.seconds, nanoseconds: 0 }),
    )
    const order = [0, 1, 2, 3, 4, 5, 8, 9, 9, 7, 6, 10, 11, 15, 14, 13, 12, 2, 20, 21, 22]
    inTemporaryFolder(folder => {
      const mixed = join(folder, 'mixed.pcap')
      const chosen = order.map(i => records[i]!)
      writeFileSync(mixed, writePcap(chosen))
      const names = [
        'esp.sequence-analysis.expected-sn',
        'esp.sequence-analysis.previous-frame',
        'esp.sequence-analysis.wrong-sequence-number',
      ]
      const theirs = tsharkFields(mixed, '', names)
      expect(theirs.filter(row => row[names[0]!] !== '').length).toBeGreaterThan(5)
      expect(ownFields(mixed, [], names)).toEqual(theirs)
    })
  })

  test('reads the keys that are written for it', () => {
    const file = `${samples}captures/09-ikev2-strongswan-frr10.hub-link.pcap`
    const { associations } = readKeys(readFileSync(`${samples}captures/09-ikev2-strongswan-frr10.keys.txt`, 'utf8'))
    const rows = tsharkFields(file, writeKeys('wireshark', associations).text, ['esp.icv_good'])
    expect(rows.every(row => row['esp.icv_good'] === '1')).toBe(true)
    expect(rows.length).toBe(46)
  })
})

test('what tshark opens is opened here', () => {
  // The other way round needs no tshark: its verdicts on the vectors are written beside them.
  const vectors = JSON.parse(readFileSync(`${samples}vectors/vectors.json`, 'utf8')) as {
    id: string
    hex: string
    esp_sa?: string
  }[]
  const verdicts: [string, Finding['verdict']][] = []
  for (const { id, hex, esp_sa: line } of vectors) {
    if (line === undefined || !line.startsWith('"')) continue
    const [association] = readKeys(line).associations
    const bytes = parseHex(hex)!
    verdicts.push([id, open(bytes.subarray(bytes[9] === 17 ? 28 : 20), association!).verdict])
  }
  expect(verdicts).toEqual([
    ...['E01', 'E02', 'E03', 'E04', 'E05', 'E07', 'E08'].map(id => [id, 'icv-good']),
    ['E11', 'icv-bad'],
  ])
})
