import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { bytesOf, readCaptureFile } from '@dmvpn/capture'
import {
  AssociationTable,
  type Finding,
  IpsecSession,
  readKeys,
  type SecurityAssociation,
  securityAssociation,
  type Verdict,
} from '@dmvpn/ipsec'
import { dmvpn, type Frame, ipv4 } from '@dmvpn/protocols'
import { describe, expect, test } from 'vitest'

const captures = fileURLToPath(new URL('../../samples/captures/', import.meta.url))

function keysOf(file: string): readonly SecurityAssociation[] {
  const { associations, problems } = readKeys(readFileSync(captures + file, 'utf8'))
  expect(problems).toEqual([])
  return associations
}

interface Read {
  readonly findings: readonly Finding[]
  readonly frames: readonly Frame[]
  readonly session: IpsecSession
}

/** Decodes a capture with keys. */
function read(
  file: string,
  associations: Iterable<SecurityAssociation>,
  change?: (bytes: Uint8Array) => Uint8Array,
): Read {
  const session = new IpsecSession(new AssociationTable(associations))
  const findings: Finding[] = []
  const frames: Frame[] = []
  let number = 0
  for (const record of readCaptureFile(captures + file)) {
    session.beginFrame(++number)
    const bytes = bytesOf(record).slice()
    frames.push(dmvpn.decode(change === undefined ? bytes : change(bytes), record.linkType, { session }))
    findings.push(...session.findings)
  }
  return { findings, frames, session }
}

function verdictsOf({ findings }: Read): Partial<Record<Verdict, number>> {
  const counts: Partial<Record<Verdict, number>> = {}
  for (const { verdict } of findings) counts[verdict] = (counts[verdict] ?? 0) + 1
  return counts
}

/** The NHRP packets of a capture in the clear, as octets. */
function nhrpInTheClear(file: string): Set<string> {
  const found = new Set<string>()
  for (const record of readCaptureFile(captures + file)) {
    const bytes = bytesOf(record)
    // LINUX_SLL: 16 octets, the last two of them the protocol type.
    if (bytes[14] === 0x20 && bytes[15] === 0x01) found.add(Buffer.from(bytes.subarray(16)).toString('hex'))
  }
  return found
}

/** The NHRP packets inside opened or verified packets, with the addresses of the packet around them. */
function nhrpInside({ frames }: Read): { packet: string; outer: string }[] {
  return frames.flatMap(frame => {
    const index = frame.layers.findIndex(({ protocol }) => protocol.name === 'nhrp')
    const layer = frame.layers[index]
    if (layer === undefined) return []
    const octets = frame.sourceBytes(layer.source).subarray(layer.at, layer.end)
    const { source, destination } = frame.find(ipv4)!
    return [{ packet: Buffer.from(octets).toString('hex'), outer: `${source} > ${destination}` }]
  })
}

describe.each([
  ['07a-esp.cbc256-sha256.s1-link.pcap', ['07a-esp.esp_sa', '07a-esp.keys.txt'], '07a-esp.plaintext-hub-gre1.pcap', 28],
  ['07a-esp.gcm256.s2-link.pcap', ['07a-esp.esp_sa', '07a-esp.keys.txt'], '07a-esp.plaintext-hub-gre1.pcap', 29],
  ['07a-esp.null-sha1.s3-link.pcap', ['07a-esp.esp_sa', '07a-esp.keys.txt'], '07a-esp.plaintext-hub-gre1.pcap', 17],
  [
    '07b-esp.udp-cbc128-sha256.s1-link.pcap',
    ['07b-esp.esp_sa', '07b-esp.keys.txt'],
    '07b-esp.plaintext-hub-gre1.pcap',
    27,
  ],
  ['07b-esp.3des-md5.s2-link.pcap', ['07b-esp.esp_sa', '07b-esp.keys.txt'], '07b-esp.plaintext-hub-gre1.pcap', 29],
  [
    '07b-esp.cbc128-sha1-tunnel.s3-link.pcap',
    ['07b-esp.esp_sa', '07b-esp.keys.txt'],
    '07b-esp.plaintext-hub-gre1.pcap',
    16,
  ],
  ['07f-ah.ah-sha1.s1-link.pcap', ['07f-ah.keys.txt'], undefined, 12],
  [
    '09-ikev2-strongswan-frr10.hub-link.pcap',
    ['09-ikev2-strongswan-frr10.esp_sa', '09-ikev2-strongswan-frr10.keys.txt'],
    '09-ikev2-strongswan-frr10.plaintext-hub-gre1.pcap',
    46,
  ],
] as const)('%s', (file, keyFiles, plaintext, packets) => {
  test.each(keyFiles)('opens with %s, ICV good on every packet', keyFile => {
    expect(verdictsOf(read(file, keysOf(keyFile)))).toEqual({ 'icv-good': packets })
  })

  test('every NHRP packet inside is in the capture of the plaintext', () => {
    const inside = nhrpInside(read(file, keysOf(keyFiles[0])))
    expect(inside.length).toBeGreaterThan(3)
    if (plaintext === undefined) return
    const clear = nhrpInTheClear(plaintext)
    expect(inside.filter(({ packet }) => !clear.has(packet))).toEqual([])
  })

  test('nothing opens without keys, and every packet says why', () => {
    const without = read(file, [])
    expect(verdictsOf(without)).toEqual({ 'no-association': packets })
    expect(without.findings[0]?.because).toMatch(/^destination [\d.]+, SPI 0x[0-9a-f]{8}$/)
  })

  test('no packet is replayed, late or left out', () => {
    for (const { counts } of read(file, keysOf(keyFiles[0])).session.records) {
      expect(counts).toMatchObject({ duplicates: 0, replays: 0, tooOld: 0, invalid: 0, late: 0, missing: 0 })
    }
  })
})

test('09: every rekeying is seen', () => {
  const file = '09-ikev2-strongswan-frr10'
  const { records } = read(`${file}.hub-link.pcap`, keysOf(`${file}.esp_sa`)).session
  const rekeyed = records.filter(({ rekeyOf }) => rekeyOf !== undefined)
  expect(records.length).toBeGreaterThan(8)
  expect(rekeyed.length).toBe(records.length - 4)
})

describe('what is wrong gets a verdict of its own', () => {
  const file = '07a-esp.cbc256-sha256.s1-link.pcap'
  const gcm = '07a-esp.gcm256.s2-link.pcap'
  const keys = (): readonly SecurityAssociation[] => keysOf('07a-esp.esp_sa')

  /** Every association with its first key octet changed. */
  function wrong(which: 'encryption' | 'integrity'): SecurityAssociation[] {
    return keys().map(association => {
      const key = association[which].key.slice()
      if (key.length > 0) key[0] = key[0]! ^ 0x80
      return securityAssociation({ ...association, spi: association.spi, [which]: { ...association[which], key } })
    })
  }

  test('another encryption key: the padding is wrong, though the ICV is good', () => {
    const result = read(file, wrong('encryption'))
    expect(verdictsOf(result)).toEqual({ 'padding-wrong': 28 })
  })

  test('another key of AES-GCM: the padding is wrong, and so is the ICV', () => {
    const result = read(gcm, wrong('encryption'))
    expect(verdictsOf(result)).toEqual({ 'padding-wrong': 29 })
    expect(result.findings[0]?.because).toContain('and the ICV is bad')
  })

  test('another authentication key: the ICV is bad, and the content still there to look at', () => {
    const result = read(file, wrong('integrity'))
    expect(verdictsOf(result)).toEqual({ 'icv-bad': 28 })
    expect(nhrpInside(result)).toEqual(nhrpInside(read(file, keys())))
  })

  test.each([
    [file, 28],
    [gcm, 29],
    ['07a-esp.null-sha1.s3-link.pcap', 17],
  ])('%s: a flipped bit anywhere behind the sequence number', (name, packets) => {
    for (const back of [1, 12, 17, 18, 20, 40, 80]) {
      const result = read(name, keys(), bytes => {
        // Ethernet, IPv4 without options, ESP.
        if (bytes[12] === 8 && bytes[23] === 50) bytes[bytes.length - back] = bytes[bytes.length - back]! ^ 4
        return bytes
      })
      expect([back, verdictsOf(result)]).toEqual([back, { 'icv-bad': packets }])
    }
  })

  test('a packet the capture cut', () => {
    const result = read(file, keys(), bytes => bytes.subarray(0, Math.min(bytes.length, 90)))
    expect(verdictsOf(result)).toEqual({ 'cut-short': 28 })
    expect(result.findings[0]?.because).toBe('112 octets of the packet are not in the capture')
  })

  test('an association with another SPI', () => {
    const others = keys().map(association =>
      securityAssociation({ ...association, spi: association.spi.value ^ (1 << 20) }),
    )
    expect(verdictsOf(read(file, others))).toEqual({ 'no-association': 28 })
  })

  test('AH: a flipped bit, another key, a cut packet', () => {
    const ah = keysOf('07f-ah.keys.txt')
    const name = '07f-ah.ah-sha1.s1-link.pcap'
    const flipped = read(name, ah, bytes => {
      if (bytes[23] === 51) bytes[bytes.length - 5] = bytes[bytes.length - 5]! ^ 1
      return bytes
    })
    expect(verdictsOf(flipped)).toEqual({ 'icv-bad': 12 })
    expect(verdictsOf(read(name, ah, bytes => bytes.subarray(0, 90)))).toEqual({ 'cut-short': 12 })
  })
})
