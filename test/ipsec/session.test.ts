import { linkType } from '@dmvpn/capture'
import {
  type AssociationFacts,
  AssociationTable,
  type Finding,
  IpsecSession,
  type IpsecSessionOptions,
  protect,
  reportOf,
  type SecurityAssociation,
  securityAssociation,
} from '@dmvpn/ipsec'
import type { Frame } from '@dmvpn/protocols'
import { dmvpn } from '@dmvpn/protocols'
import { parseHex } from '@dmvpn/wire'
import { fc, test as property } from '@fast-check/vitest'
import { describe, expect, test } from 'vitest'
import { ahTransforms, espTransforms, keyOf } from './every-transform.ts'
import { Recorder } from './recorder.ts'

/** GRE with NHRP from 150.1.3.3 to 150.1.1.1. */
const inner = Uint8Array.from([
  ...parseHex('450000450027000040112a6a9601030396010101')!,
  ...parseHex('200020010000007b000108000000000000ff002900000000010304000400')!,
  ...parseHex('0000001a960103030a0000030a00000100ff0000')!,
])
inner[9] = 47
new DataView(inner.buffer).setUint16(2, inner.length)
new DataView(inner.buffer).setUint16(10, 0x8ab6)

const ends = { source: '150.1.3.3', destination: '150.1.1.1', mode: 'transport' } as const
const cbc: Pick<AssociationFacts, 'encryption' | 'integrity'> = {
  encryption: { algorithm: 'aes-cbc', key: keyOf(16) },
  integrity: { algorithm: 'hmac-sha1', key: keyOf(20) },
}
const association = securityAssociation({ spi: 0x1002, ...ends, ...cbc })

function sessionOf(associations: Iterable<SecurityAssociation>, options?: IpsecSessionOptions): IpsecSession {
  return new IpsecSession(new AssociationTable(associations), options)
}

function sealed(
  sequence: number | bigint,
  by: SecurityAssociation = association,
  packet: Uint8Array = inner,
): Uint8Array {
  return protect(by, packet, { sequence, iv: length => keyOf(length, Number(BigInt(sequence) & 0xffn)) })
}

/** Walks packets as frames 1, 2, 3 …; what was found in each, and the last frame. */
function walk(session: IpsecSession, packets: readonly Uint8Array[]): { findings: Finding[]; frame: Frame } {
  const findings: Finding[] = []
  let frame!: Frame
  for (const [i, packet] of packets.entries()) {
    session.beginFrame(i + 1)
    frame = dmvpn.decode(packet, linkType.raw, { session })
    findings.push(...session.findings)
  }
  return { findings, frame }
}

function layersOf(frame: Frame): string[] {
  return frame.layers.map(({ protocol }) => protocol.name).filter(name => name !== 'raw')
}

test('what has neither keys nor guesses opens nothing, and says so', () => {
  const bare = securityAssociation({ ...ends, ...cbc, spi: 0x1003, encryption: { algorithm: 'null' } })
  const packets = [sealed(1), sealed(2), sealed(1, bare), sealed(2, bare)]
  for (const [session, opens] of [
    [new IpsecSession(), false],
    [sessionOf([], { analyseSequence: false }), false],
    [sessionOf([association]), true],
    [sessionOf([], { guessNull: true }), true],
  ] as const) {
    expect(session.opens).toBe(opens)
    expect(walk(session, packets).findings.some(({ verdict }) => verdict !== 'no-association')).toBe(opens)
  }
})

test('opened octets go on through the stack as a source of their own', () => {
  const { frame, findings } = walk(sessionOf([association]), [sealed(1)])
  expect(layersOf(frame)).toEqual(['ip', 'esp', 'gre', 'nhrp'])
  expect(frame.layers.slice(-4).map(({ source }) => source)).toEqual([0, 0, 1, 1])
  expect(frame.further).toMatchObject([{ title: 'Decrypted Data' }])
  // Padding and trailer are in the source, behind where the packet ends.
  expect(frame.layers.at(-2)).toMatchObject({ at: 0, end: inner.length - 20 })
  expect(frame.further[0]!.bytes.length % 16).toBe(0)
  expect(findings).toMatchObject([{ verdict: 'icv-good', because: '', replay: 'new' }])
})

test('shows what Wireshark shows, and the verdict', () => {
  const session = sessionOf([association])
  const witness = new Recorder()
  session.beginFrame(1)
  dmvpn.decode(sealed(1), linkType.raw, { session, witness })
  expect(witness.lines.filter(line => !line.startsWith('--')).slice(0, 12)).toMatchInlineSnapshot(`
    [
      "  [Header checksum status: 2]",
      "  ESP IV: 01080f161d242b323940474e555c636a (16 bytes)",
      "  ESP Encrypted Data: 6fd20f180bc019ecd5e0752052a7e7391d85685d200b919b991d78049a131c427a8936f8… (64 bytes) <AES-CBC [RFC3602]>",
      "  ESP ICV: 2fb92a6c5c9513bba04b0058 (12 bytes) <HMAC-SHA-1-96 [RFC2404]> [correct]",
      "    [Good: 1]",
      "    [Bad: 0]",
      "  ESP Decrypted Data: 200020010000007b000108000000000000ff0029000000000103040004000000001a9601… (64 bytes)",
      "    ESP Contained Data: 200020010000007b000108000000000000ff0029000000000103040004000000001a9601… (50 bytes)",
      "    Pad: 0102030405060708090a0b0c",
      "    ESP Pad Length: 12",
      "    Next header: 0x2f",
      "  [Verdict: opened, ICV good]",
    ]
  `)
})

test.each([
  ['GRE in ESP in AH', ['ip', 'ah', 'esp', 'gre', 'nhrp']],
  ['a tunnel in a tunnel', ['ip', 'esp', 'ip', 'esp', 'ip', 'gre', 'nhrp']],
])('%s', (name, layers) => {
  const ah = securityAssociation({
    protocol: 'ah',
    spi: 0x2000,
    ...ends,
    integrity: { algorithm: 'hmac-sha256', key: keyOf(32) },
  })
  const tunnel = securityAssociation({ spi: 0x3000, ...ends, mode: 'tunnel', ...cbc })
  const outer = securityAssociation({
    spi: 0x4000,
    ...ends,
    mode: 'tunnel',
    encryption: { algorithm: 'aes-gcm', key: keyOf(20) },
  })
  const packet = name.endsWith('AH') ? sealed(1, ah, sealed(1)) : sealed(1, outer, sealed(1, tunnel))
  const { frame, findings } = walk(sessionOf([association, ah, tunnel, outer]), [packet])
  expect(layersOf(frame)).toEqual(layers)
  expect(findings.map(({ verdict }) => verdict)).toEqual(['icv-good', 'icv-good'])
})

describe('extended sequence numbers', () => {
  const extended = securityAssociation({ spi: 0x1002, ...ends, ...cbc, extendedSequence: true })
  const highs = (found: readonly Finding[]): unknown[] => found.map(({ high, verdict }) => [high, verdict])

  test('the upper half is inferred across the wrap of the lower', () => {
    const numbers = [0xfffffffen, 0xffffffffn, 0x100000000n, 0xfffffffdn, 0x100000001n]
    const { findings } = walk(
      sessionOf([extended]),
      numbers.map(number => sealed(number, extended)),
    )
    expect(highs(findings)).toEqual([0, 0, 1, 0, 1].map(high => [high, 'icv-good']))
    expect(findings.map(({ replay }) => replay)).toEqual(['new', 'new', 'new', 'late', 'new'])
  })

  test('in a capture that begins late it is searched', () => {
    const numbers = [(9n << 32n) + 5n, (9n << 32n) + 6n]
    const { findings } = walk(
      sessionOf([extended]),
      numbers.map(number => sealed(number, extended)),
    )
    expect(highs(findings)).toEqual([
      [9, 'icv-good'],
      [9, 'icv-good'],
    ])
  })

  test('keys that do not say whether numbers are extended are tried both ways', () => {
    const silent = securityAssociation({ spi: 0x1002, ...ends, ...cbc })
    expect(highs(walk(sessionOf([silent]), [sealed((3n << 32n) | 7n, extended)]).findings)).toEqual([[3, 'icv-good']])
    expect(highs(walk(sessionOf([silent]), [sealed(7)]).findings)).toEqual([[undefined, 'icv-good']])
  })

  test('keys that say they are not extended are believed', () => {
    const plain = securityAssociation({ spi: 0x1002, ...ends, ...cbc, extendedSequence: false })
    expect(highs(walk(sessionOf([plain]), [sealed(7, extended)]).findings)).toEqual([[undefined, 'icv-bad']])
  })

  test('AH: the same', () => {
    const ah = securityAssociation({
      protocol: 'ah',
      spi: 9,
      ...ends,
      integrity: { algorithm: 'hmac-sha1', key: keyOf(20) },
      extendedSequence: true,
    })
    expect(highs(walk(sessionOf([ah]), [sealed((2n << 32n) | 1n, ah), sealed((2n << 32n) | 2n, ah)]).findings)).toEqual(
      [
        [2, 'icv-good'],
        [2, 'icv-good'],
      ],
    )
  })
})

describe('anti-replay', () => {
  test('gaps, late packets, duplicates, replays, numbers left of the window', () => {
    const other = protect(association, inner, { sequence: 5, iv: keyOf(16, 99) })
    const packets = [1, 2, 5, 5, 4, 200, 3, 0].map(number => sealed(number))
    packets.splice(4, 0, other)
    const session = sessionOf([association])
    const { findings } = walk(session, packets)
    expect(findings.map(({ replay }) => replay)).toEqual([
      'new',
      'new',
      'new',
      'duplicate',
      'replayed',
      'late',
      'new',
      'too-old',
      'invalid',
    ])
    expect(session.records).toHaveLength(1)
    expect(session.records[0]!.counts).toMatchObject({
      packets: 9,
      duplicates: 1,
      replays: 1,
      late: 1,
      tooOld: 1,
      invalid: 1,
      gaps: 2,
      missing: 1 + 194,
    })
    expect(JSON.parse(JSON.stringify(reportOf(session.records[0]!)))).toMatchObject({
      spi: '0x00001002',
      source: '150.1.3.3',
      destination: '150.1.1.1',
      transform: 'AES-CBC-128, HMAC-SHA1-96',
      extendedSequence: false,
      firstFrame: 1,
      lastFrame: 9,
      firstSequence: 1,
      highestSequence: '200',
    })
  })

  test('what does not verify does not move the window', () => {
    const far = sealed(1000)
    far[far.length - 1]! ^= 1
    const session = sessionOf([association])
    const { findings } = walk(session, [sealed(1), far, sealed(2)])
    expect(findings.map(({ verdict, replay }) => [verdict, replay])).toEqual([
      ['icv-good', 'new'],
      ['icv-bad', 'new'],
      ['icv-good', 'new'],
    ])
    expect(session.records[0]!.counts).toMatchObject({ gaps: 0, missing: 0, tooOld: 0 })
  })

  test('a new SPI between the same ends is a rekeying; keys are not needed to see it', () => {
    const next = securityAssociation({ spi: 0x1003, ...ends, ...cbc })
    const session = sessionOf([])
    walk(session, [sealed(1), sealed(1, next), sealed(2)])
    expect(session.records.map(({ spi, rekeyOf }) => [spi, rekeyOf])).toEqual([
      [0x1002, undefined],
      [0x1003, 0x1002],
    ])
  })

  test('a frame that is walked again is not counted again, and shows the same', () => {
    const session = sessionOf([association])
    const packet = sealed(7)
    const shown = Array.from({ length: 3 }, () => {
      const witness = new Recorder()
      session.beginFrame(1)
      dmvpn.decode(packet, linkType.raw, { session, witness })
      return witness.lines
    })
    expect(session.records[0]!.counts).toMatchObject({ packets: 1, duplicates: 0 })
    expect(shown[1]).toEqual(shown[0])
    expect(session.findings).toHaveLength(1)
  })
})

describe('ESP that is not encrypted, without keys', () => {
  const plain = securityAssociation({ spi: 0x1006, ...ends, integrity: { algorithm: 'hmac-sha256', key: keyOf(32) } })

  test('is looked at only on request', () => {
    expect(walk(sessionOf([]), [sealed(1, plain)]).findings).toMatchObject([
      { verdict: 'no-association', confidence: undefined },
    ])
  })

  test('is read with a confidence that grows', () => {
    const { findings, frame } = walk(
      sessionOf([], { guessNull: true }),
      [1, 2, 3].map(number => sealed(number, plain)),
    )
    expect(layersOf(frame)).toEqual(['ip', 'esp', 'gre', 'nhrp'])
    expect(findings.map(({ verdict }) => verdict)).toEqual(['unchecked', 'unchecked', 'unchecked'])
    const [first, second, third] = findings.map(({ confidence }) => confidence!)
    expect(first).toBeGreaterThan(0.99)
    expect(second).toBeGreaterThan(first!)
    expect(third).toBeGreaterThanOrEqual(second!)
    expect(third).toBeLessThanOrEqual(1)
  })

  // Check values of 12, 16, 24 and 32 octets are looked for: RFC 5879 §8.
  const readable = espTransforms.filter(
    ({ encryption, integrity }) =>
      ['null', 'aes-gmac'].includes(encryption!.algorithm) && [12, 16, 24, 32].includes(integrity?.icvLength ?? 16),
  )
  test.each(readable)('with any check value', transforms => {
    const by = securityAssociation({ spi: 0x1006, ...ends, ...transforms })
    expect(layersOf(walk(sessionOf([], { guessNull: true }), [sealed(1, by)]).frame)).toEqual([
      'ip',
      'esp',
      'gre',
      'nhrp',
    ])
  })

  test('does not take ciphertext for it', () => {
    const { findings } = walk(
      sessionOf([], { guessNull: true }),
      Array.from({ length: 200 }, (_, i) => sealed(i + 1)),
    )
    expect(findings.filter(({ verdict }) => verdict !== 'no-association')).toEqual([])
  })

  test('shows its trailer where it stands', () => {
    const session = sessionOf([], { guessNull: true })
    const witness = new Recorder()
    session.beginFrame(1)
    dmvpn.decode(sealed(1, plain), linkType.raw, { session, witness })
    expect(witness.column('esp.pad_len')).toBe('0')
    expect(witness.column('esp.protocol')).toBe('0x2f')
    expect(witness.column('esp.icv')).toHaveLength(32)
    expect(witness.column('esp.verdict')).toBe('opened, nothing to check')
    expect(Number(witness.column('esp.null_confidence').replace('> ', ''))).toBeGreaterThan(0.99)
  })
})

test('SPIs that are noise do not fill memory', () => {
  const session = sessionOf([association])
  for (let i = 0; i < 20_000; i++) {
    const packet = sealed(1).slice(0, 40)
    new DataView(packet.buffer).setUint32(20, 0x10000 + i)
    new DataView(packet.buffer).setUint16(2, 40)
    session.beginFrame(i + 1)
    dmvpn.decode(packet, linkType.raw, { session })
  }
  expect(session.records.length).toBe(0x4000)
  expect(session.unrecorded).toBe(20_000 - 0x4000)
  // An association with keys is remembered all the same.
  walk(session, [sealed(1)])
  expect(session.records.at(-1)!.counts.verdicts['icv-good']).toBe(1)
})

let walked = 0
const everything = sessionOf(
  [
    ...espTransforms.map((transforms, i) => securityAssociation({ spi: { value: i % 16, mask: 15 }, ...transforms })),
    ...ahTransforms.map((transforms, i) =>
      securityAssociation({ protocol: 'ah', spi: { value: i % 16, mask: 15 }, ...transforms }),
    ),
  ],
  { guessNull: true },
)

property.prop(
  [
    fc.constantFrom(50, 51, 17),
    fc.boolean(),
    fc.uint8Array({ minLength: 1, maxLength: 200 }),
    fc.integer({ min: -3, max: 3 }),
  ],
  { numRuns: 3000 },
)('any octets as ESP or AH in a frame: a verdict, never an exception', (next, six, octets, lie) => {
  const header = six ? new Uint8Array(40) : new Uint8Array(20)
  const view = new DataView(header.buffer)
  if (six) {
    header[0] = 0x60
    header[6] = next
    view.setUint16(4, octets.length + lie < 0 ? 0 : octets.length + lie)
  } else {
    header[0] = 0x45
    header[9] = next
    view.setUint16(2, 20 + octets.length + lie)
  }
  if (next === 17) octets.set([0x11, 0x94, 0x11, 0x94].slice(0, octets.length))
  const witness = new Recorder()
  everything.beginFrame(++walked)
  const frame = dmvpn.decode(Uint8Array.from([...header, ...octets]), linkType.raw, { session: everything, witness })
  expect(frame.layers.length).toBeGreaterThan(0)
  expect(dmvpn.decode(Uint8Array.from([...header, ...octets]), linkType.raw).layers.length).toBeGreaterThan(0)
})
