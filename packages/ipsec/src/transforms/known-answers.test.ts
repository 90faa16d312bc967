import { parseHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { type AssociationFacts, securityAssociation } from '../association.ts'
import { type Opened, open } from '../open.ts'
import { sealEsp } from '../seal.ts'
import { transformOf } from '../transform-of.ts'
import { aead } from './aead.ts'
import { aesCmac, aesXcbc } from './aes-mac.ts'
import { desCbc, tripleDesCbc } from './cbc.ts'
import { aesCtr } from './ctr.ts'
import { hmac } from './hmac.ts'

function hex(text: string): Uint8Array {
  return parseHex(text.replaceAll(/\s/g, ''))!
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

const ascii = (characters: string): Uint8Array => new TextEncoder().encode(characters)
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i)
const filled = (length: number, octet: number): Uint8Array => new Uint8Array(length).fill(octet)

/** A packet that somebody else sealed: opening it gives the payload, and sealing the payload gives it back. */
function knownPacket(facts: Omit<AssociationFacts, 'spi'>, packet: string, payload: string, high?: number): Opened {
  const bytes = hex(packet)
  const spi = Number.parseInt(text(bytes.subarray(0, 4)), 16)
  const association = securityAssociation({ ...facts, spi, extendedSequence: high !== undefined })
  const outcome = open(bytes, association, { high })
  if (!outcome.opened) throw new Error(outcome.because)
  expect(text(outcome.payload)).toBe(text(hex(payload)))
  const { ivLength } = transformOf(association)
  const sealed = sealEsp(association, outcome.payload, outcome.nextHeader, {
    sequence: (BigInt(high ?? 0) << 32n) | BigInt(Number.parseInt(text(bytes.subarray(4, 8)), 16)),
    iv: bytes.subarray(8, 8 + ivLength),
  })
  expect(text(sealed)).toBe(text(bytes))
  return outcome
}

const icmp = `0800fb3712340000babe01234567cafe${text(counting(0x5c))}`

describe('AES-CBC', () => {
  const ping = `08000ebda70a00008e9c083db95b0700${text(counting(0x38).subarray(8))}`

  test('RFC 3602 §4 case 5: transport mode, 128 bits, no ICV', () => {
    const outcome = knownPacket(
      { encryption: { algorithm: 'aes-cbc', key: hex('90d382b410eeba7ad938c46cec1a82bf') } },
      `00004321 00000001 e96e8c08ab465763fd098d45dd3ff893
       f663c25d325c18c6a9453e194e120849a4870b66cc6b9965330013b4898dc856
       a4699e523a55db080b59ec3a8e4b7e52775b07d1db34ed9c538ab50c551b874a
       a269add047ad2d5913ac19b7cfbad4a6`,
      ping,
    )
    expect(outcome).toMatchObject({ verdict: 'unchecked', nextHeader: 1, padLength: 14 })
  })

  test('RFC 3602 §4 case 6: a short payload', () => {
    const outcome = knownPacket(
      { encryption: { algorithm: 'aes-cbc', key: hex('90d382b410eeba7ad938c46cec1a82bf') } },
      `00004321 00000008 69d08df7d203329db093fc4924e5bd80
       f51995881ec4e0c4488987ce742e8109689bb379d2d750c0d915dca346a89f75`,
      '0800b5e8a80a0500a69c083d0b660e00777777777777777777777777',
    )
    expect(outcome.verdict).toBe('unchecked')
  })

  test('RFC 3602 §4 case 7: tunnel mode', () => {
    const outcome = knownPacket(
      { encryption: { algorithm: 'aes-cbc', key: hex('0123456789abcdef0123456789abcdef') } },
      `00008765 00000002 f4e765244f6407adf13dc1380f673f37
       773b5241a4c449225e4f3ce5ed611b0c237ca96cf74a93013c1b0ea1a0cf70f8
       e4ecaec78ac53aad7a0f022b859243c647752e94a859352b8a4d4d2decd136e5
       c177f132ad3fbfb2201ac9904c74ee0a109e0ca1e4dfe9d5a100b842f1c22f0d`,
      `4500005409040000 4001f988c0a87b03c0a87bc8 08009f76a90a0100b49c083d02a20400
       ${text(counting(0x38).subarray(8))}`,
    )
    expect(outcome.nextHeader).toBe(4)
  })
})

describe('AES-CTR', () => {
  test.each([
    [
      '1',
      'ae6852f8121067cc4bf7a5765577f39e 00000030',
      '0000000000000000',
      text(ascii('Single block msg')),
      'e4095d4fb7a7b3792d6175a3261311b8',
    ],
    [
      '2',
      '7e24067817fae0d743d6ce1f32539163 006cb6db',
      'c0543b59da48d90b',
      text(counting(32)),
      '5104a106168a72d9790d41ee8edad388eb2e1efc46da57c8fce630df9141be28',
    ],
  ])('RFC 3686 §6 vector %s', (_, material, iv, plain, enciphered) => {
    const cipher = aesCtr(hex(material))
    const packet = hex(iv + enciphered)
    expect(text(cipher.decipher(packet, 0, packet.length))).toBe(plain)
  })

  test('OpenDataPlane validation suite: a packet without ICV', () => {
    const outcome = knownPacket(
      { encryption: { algorithm: 'aes-ctr', key: hex('a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 11223344') } },
      `0000007b 00000001 0100000000000000
       39abe5ae7457767f1d1fcee8caf187f5fd9e1d2038308ae5b955807bfd9db99985cdb53086aae17a69e5fa38f30f9118
       757b5f4e6917aae7846c4031ec874c8cb3b49f7eea836fc611d5cebe65371cb6d3cb51a8a40e3ee626d817ec8bca7996
       a0cd6fdd9ee96ac0f26cdbfd99a2b5bf`,
      icmp,
    )
    expect(outcome.verdict).toBe('unchecked')
  })
})

describe('DES and triple DES', () => {
  test('FIPS PUB 81 table C1: DES-CBC', () => {
    const cipher = desCbc(hex('0123456789abcdef'))
    const packet = hex('1234567890abcdef e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6')
    expect(text(cipher.decipher(packet, 0, packet.length))).toBe(text(ascii('Now is the time for all ')))
  })

  test('NIST SP 800-67 appendix B, block by block: triple DES', () => {
    const cipher = tripleDesCbc(hex('0123456789abcdef23456789abcdef01456789abcdef0123'))
    const packet = hex('0000000000000000 a826fd8ce53b855f')
    expect(text(cipher.decipher(packet, 0, packet.length))).toBe(text(ascii('The qufc')))
  })
})

describe('AES-GCM', () => {
  test('draft-mcgrew-gcm-test-01: 128 bits, tunnel mode', () => {
    const outcome = knownPacket(
      { encryption: { algorithm: 'aes-gcm', key: hex('feffe9928665731c6d6a8f9467308308 cafebabe') } },
      `0000a5f8 0000000a facedbaddecaf888
       deb22cd9b07c72c16e3a65beeb8df304a5a5897d33ae530f1ba76d5d114d2a5c3de81827c10e9a4f51330d0eec416642
       cfbb85a5b47e48a4ec3b9ba95d918bd426f8391b9927d0fcc984561bbbce9fc0`,
      `4500003e698f000080114dccc0a80102c0a801010a980035002a2343b2d0010000010000000000000373697009637962
       65726369747902646b0000010001`,
    )
    expect(outcome).toMatchObject({ verdict: 'icv-good', nextHeader: 4, padLength: 0 })
  })

  test('draft-mcgrew-gcm-test-01: 256 bits', () => {
    const outcome = knownPacket(
      { encryption: { algorithm: 'aes-gcm', key: hex(`${'abbccddef00112233445566778899aab'.repeat(2)} 11223344`) } },
      `4a2cbfe3 00000002 0102030405060708
       ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763748a637985771d347f0545659f14e99d
       ef842d8b42f564f52dfdd6eef4f92eadbac23990`,
      '4500003069a6400080062690c0a801029389155e0a9e008b2dc57ee000000000700240 0020bf0000020405b401010402',
    )
    expect(outcome.verdict).toBe('icv-good')
  })

  test('draft-mcgrew-gcm-test-01: extended sequence number, 256 bits', () => {
    const outcome = knownPacket(
      {
        encryption: {
          algorithm: 'aes-gcm',
          key: hex('6c6567616c697a656d6172696a75616e61616e64646f69746265666f72656961 7475726e'),
        },
      },
      `796b6963 ffffffff 333021696765746d
       f97ab2aa356d8edce17644ac8c78e25dd24dedbb29ebf1b64a274b39b49c3a864cd3d78ca4ae68a32b42458fb57dbe82
       1dcc63b9d0937ba2945f669368661a329fb4c053`,
      '45000030da3a00008001df3bc0a80005c0a800010800c6cd020007006162636465666768696a6b6c6d6e6f7071727374',
      0xffffffff,
    )
    expect(outcome.verdict).toBe('icv-good')
  })

  // NIST SP 800-38D §7.1: a shorter tag is the leftmost bits of the whole one.
  test.each([12, 8] as const)('the second of these with an ICV of %d octets', icvLength => {
    const whole = hex(`4a2cbfe3 00000002 0102030405060708
       ff425c9b724599df7a3bcd510194e00d6a78107f1b0b1cbf06efae9d65a5d763748a637985771d347f0545659f14e99d
       ef842d8b42f564f52dfdd6eef4f92eadbac23990`)
    const key = hex(`${'abbccddef00112233445566778899aab'.repeat(2)} 11223344`)
    const association = securityAssociation({ spi: 1, encryption: { algorithm: 'aes-gcm', key, icvLength } })
    expect(open(whole.subarray(0, whole.length - 16 + icvLength), association).verdict).toBe('icv-good')
  })
})

describe('AES-CCM, from the FIPS CAVS files in the Linux kernel and strongSwan', () => {
  test.each([
    [
      '128 bits, ICV 16',
      16,
      '1e2c7e01419aefc00d58966e5ca24bd3 4fa319',
      'd3015ad830601556',
      'dae6289c452dfd635eda4cb6e6fcf9b70c56cbe4e0057ae10a630978bc2c55de',
      '87a336fd96b39378a92863ba12a31485571e06c97b21ef767f387e8e29a43e7e',
      '8a1e11f0026be219fc70c46d8eb799abc54ba2acd3f348ff3bb5ce53efdebb02 a986156c13feda0a22b8293dd8399a23',
    ],
    [
      '192 bits, ICV 16',
      16,
      '56df5c8f263f0e42ef7ad3cefc846062cab440af5fc9c901 d63c8c',
      '8684b6cdef092e94',
      '0265783ce9213091b1b9da769a786d95f28832a3f250cb4ce300736984698779',
      '9fd2024b5249313c43693a2d8e70ad7ee0e54609808913b28c8bd93f86fbb56b',
      '39df7c3c5a29b9625d51c216d8bd069f9b6a0970c15183c266881d4f9adae01e c7791158e56b20407aea46428be46fe1',
    ],
    [
      '256 bits, ICV 8',
      8,
      'e08d997160d7971abd0199d58adf713ad3df244b5e3d4b4e307ab9d8530a5e2b 1e2991',
      'ad8ec1530acf2dbe',
      '19b61f57c4f3f08b782b9402290f42276b75cb9834087e79e43e490d848b2287',
      'e1d9d813eb3a753f9dbd5f66bedcbb66bf1799624a39271f1ddc24ae192f984c',
      '19b86133452b43966f51d020307d9bc6263df8c96516a89ff0621734f21e8d75 4e13ccc0c32a542d',
    ],
    [
      '256 bits, ICV 12',
      12,
      '7cc8183b8d99e07c4541b8bd5ca7c2328ab80259a4fea92c09759a9b3c9b2739 f9d94e',
      '63b53d9d43f61e50',
      '57f56b8b575c3d3b1302010c834c96358ed639cf7d149b94b03936e68f57e013',
      '3b6c2936b6ef07a68372074fcffa66895fcab1bad58f2c2730db750993d465e4',
      'b0885a33aae5c71d8523c7c62ff41e3dcc6344250778 4f9e96b888ebbc481f06 39af39acd84a80397b728af7',
    ],
  ])('%s', (_, icvLength, material, iv, data, plain, sealed) => {
    const ccm = aead('ccm', hex(material), 3, icvLength)
    const enciphered = hex(sealed).subarray(0, 32)
    const tag = hex(sealed).subarray(32)
    expect(ccm.decipher(hex(iv), 0, hex(data), enciphered, tag)).toEqual({ text: Buffer.from(hex(plain)), good: true })
    const again = ccm.encipher(hex(iv), 0, hex(data), hex(plain))
    expect(text(again.text) + text(again.tag)).toBe(text(hex(sealed)))
    // The plaintext is there though the tag is not right.
    const wrong = tag.map(octet => octet ^ 1)
    expect(ccm.decipher(hex(iv), 0, hex(data), enciphered, wrong)).toEqual({
      text: Buffer.from(hex(plain)),
      good: false,
    })
  })
})

describe('AES-GMAC', () => {
  test('draft-mcgrew-gcm-test-01: tunnel mode', () => {
    const inner = '45000030da3a00008001df3bc0a80005c0a800010800c6cd020007006162636465666768696a6b6c6d6e6f7071727374'
    const outcome = knownPacket(
      { encryption: { algorithm: 'aes-gmac', key: hex('4c80cdefbb5d10da906ac73c3613a634 22433c64') } },
      `00004321 00000007 0000000000000000 ${inner} 01020204 594f4055428d399a9d66c15e77023a98`,
      inner,
    )
    expect(outcome.verdict).toBe('icv-good')
  })

  test('OpenDataPlane validation suite: transport mode', () => {
    const outcome = knownPacket(
      { encryption: { algorithm: 'aes-gmac', key: hex('a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5 cafebabe') } },
      `0000007b 00000001 0100000000000000 ${icmp} 01020201 160ea68fb3a68c74195972809198775e`,
      icmp,
    )
    expect(outcome.verdict).toBe('icv-good')
  })
})

test('ChaCha20-Poly1305: RFC 7634 appendix A', () => {
  const outcome = knownPacket(
    { encryption: { algorithm: 'chacha20-poly1305', key: hex(`${text(counting(0xa0).subarray(0x80))} a0a1a2a3`) } },
    `01020304 00000005 1011121314151617
     24039428b97f417e3c13753a4f05087b67c352e6a7fab1b982d466ef407ae5c614ee8099d52844eb61aa95dfab4c02f7
     2aa71e7c4c4f64c9befe2facc638e8f3cbec163fac469b502773f6fb94e664da9165b82829f641e0
     76aaa8266b7fb0f7b11b369907e1ad43`,
    `45000054a6f200004001e778c6336405c00002050800 5b7a3a080000553bec1000073627${text(counting(0x38).subarray(8))}`,
  )
  expect(outcome.verdict).toBe('icv-good')
})

describe('codes', () => {
  test.each([
    ['RFC 2202 HMAC-MD5 1', 'md5', filled(16, 0x0b), ascii('Hi There'), '9294727a3638bb1c13f48ef8158bfc9d'],
    ['RFC 2202 HMAC-SHA1 1', 'sha1', filled(20, 0x0b), ascii('Hi There'), 'b617318655057264e28bc0b6fb378c8ef146be00'],
    [
      'RFC 2286 HMAC-RIPEMD160 1',
      'ripemd160',
      filled(20, 0x0b),
      ascii('Hi There'),
      '24cb4bd67d20fc1a5d2ed7732dcc39377f0a5668',
    ],
    ['RFC 4868 §2.7.2.1 AUTH256-1', 'sha256', filled(32, 0x0b), ascii('Hi There'), '198a607eb44bfbc69903a0f1cf2bbdc5'],
    [
      'RFC 4868 §2.7.2.2 AUTH384-1',
      'sha384',
      filled(48, 0x0b),
      ascii('Hi There'),
      'b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973',
    ],
    [
      'RFC 4868 §2.7.2.3 AUTH512-1',
      'sha512',
      filled(64, 0x0b),
      ascii('Hi There'),
      '637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8',
    ],
    [
      'RFC 4231 4.3',
      'sha256',
      ascii('Jefe'),
      ascii('what do ya want for nothing?'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
  ])('%s', (_, hash, key, data, code) => {
    expect(text(hmac(hash, key)(data)).startsWith(code)).toBe(true)
  })

  test('OpenDataPlane validation suite: HMAC-SHA2-256 of a packet with NULL encryption', () => {
    const outcome = knownPacket(
      { integrity: { algorithm: 'hmac-sha256', key: filled(32, 0x5a) } },
      `0000007b 00000001 ${icmp} 01020201 e981cd659b250b33e2f383f16d14b41f`,
      icmp,
    )
    expect(outcome.verdict).toBe('icv-good')
  })

  test.each([
    [0, '75f0251d528ac01c4573dfd584d79f29'],
    [3, '5b376580ae2f19afe7219ceef172756f'],
    [16, 'd2a246fa349b68a79998a4394ff7a263'],
    [20, '47f51b4564966215b8985c63055ed308'],
    [32, 'f54f0ec8d2b9f3d36807734bd5283fd4'],
  ])('RFC 3566 §4.6: AES-XCBC-MAC of %d octets', (length, code) => {
    expect(text(aesXcbc(counting(16))(counting(length)))).toBe(code)
  })

  test('OpenDataPlane validation suite: AES-XCBC-MAC-96 of a packet', () => {
    const inner = `4500002f493700004011228 40d00000202000002 08000800001b6d99${'58'.repeat(19)}`
    const outcome = knownPacket(
      { integrity: { algorithm: 'aes-xcbc', key: hex('61316232633364346535663667376838') } },
      `00000100 00000001 ${inner} 0102030304 f15264d19b6224ddcc14f5c1`,
      inner,
    )
    expect(outcome.verdict).toBe('icv-good')
  })

  const message = hex(
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710',
  )
  test.each([
    [0, 'bb1d6929e95937287fa37d129b756746'],
    [16, '070a16b46b4d4144f79bdd9dd04a287c'],
    [40, 'dfa66747de9ae63030ca32611497c827'],
    [64, '51f0bebf7e3b9d92fc49741779363cfe'],
  ])('RFC 4493 §4: AES-CMAC of %d octets', (length, code) => {
    const mac = aesCmac(hex('2b7e151628aed2a6abf7158809cf4f3c'))
    expect(text(mac(message.subarray(0, length)))).toBe(code)
    // In pieces it is the same.
    const cut = Math.floor(length / 3)
    expect(text(mac(message.subarray(0, cut), message.subarray(cut, length)))).toBe(code)
  })
})
