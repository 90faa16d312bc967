import { formatHex } from '@dmvpn/wire'
import { describe, expect, test } from 'vitest'
import { formatAddressPattern } from '../address-pattern.ts'
import { type SecurityAssociation, securityAssociation, transformName } from '../association.ts'
import { AssociationTable } from '../association-table.ts'
import type { KeyFile } from './key-file.ts'
import { keyFormats, readKeys, recogniseKeys, writeKeys } from './recognise.ts'

/** An association in one line, so that a failure can be read. */
function line({
  protocol,
  spi,
  source,
  destination,
  mode,
  encryption,
  integrity,
  extendedSequence,
}: SecurityAssociation): string {
  return [
    protocol,
    spi.value.toString(16),
    `${formatAddressPattern(source)} > ${formatAddressPattern(destination)}`,
    mode ?? '',
    encryption.algorithm,
    formatHex(encryption.key),
    encryption.icvLength,
    integrity.algorithm,
    formatHex(integrity.key),
    integrity.icvLength,
    extendedSequence ?? '',
  ].join(' ')
}

function problems(file: KeyFile): string[] {
  return file.problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
}

const key16 = '000102030405060708090a0b0c0d0e0f'
const key20 = `${key16}10111213`

describe('Wireshark esp_sa', () => {
  test('a line, and a line with the prefix of tshark -o', () => {
    const columns = `"IPv4","150.1.3.3","150.1.1.1","0x00001002","AES-CBC [RFC3602]","0x${key16}","HMAC-SHA-1-96 [RFC2404]","0x${key20}"`
    const file = readKeys(`# made by hand\n\n${columns}\nuat:esp_sa:${columns}\r\n`)
    expect(file).toMatchObject({ format: 'wireshark', problems: [] })
    expect(file.associations.map(line)).toEqual(
      Array(2).fill(`esp 1002 150.1.3.3 > 150.1.1.1  aes-cbc ${key16} 0 hmac-sha1 ${key20} 12 `),
    )
  })

  test('ten columns since 4.4: the width of sequence numbers and the upper half', () => {
    const begin = `"IPv6","*","2001:db8::1","*","AES-GCM with 8 octet ICV [RFC4106]","0x${key20}","NULL",""`
    const [extended, plain] = readKeys(`${begin},"64-bit","7"\n${begin},"32-bit","0x00000000"\n`).associations
    expect(extended).toMatchObject({ extendedSequence: true, sequenceHigh: 7, encryption: { icvLength: 8 } })
    expect(plain).toMatchObject({ extendedSequence: false, spi: { mask: 0 } })
  })

  test('the characters themselves are the key where there is no 0x', () => {
    const [association] = readKeys('"IPv4","*","*","*","AES-CBC [RFC3602]","sixteen letters!","NULL",""').associations
    expect(new TextDecoder().decode(association?.encryption.key)).toBe('sixteen letters!')
  })

  test.each([
    [
      'a key of 31 digits',
      `"IPv4","*","*","0x10","AES-CBC [RFC3602]","0x${key16.slice(1)}","NULL",""`,
      '1:44 the key of AES-CBC has 31 hexadecimal digits; it needs 32, 48 or 64',
    ],
    [
      'a key without its salt',
      `"IPv4","*","*","0x10","AES-GCM with 16 octet ICV [RFC4106]","0x${key16}","NULL",""`,
      '1:62 the key of AES-GCM has 32 hexadecimal digits; it needs 40, 56 or 72, 8 of them the salt behind the key',
    ],
    [
      'an authentication key that is too long',
      `"IPv4","*","*","0x10","NULL","","HMAC-MD5-96 [RFC2403]","0x${key20}"`,
      '1:58 the key of HMAC-MD5 has 40 hexadecimal digits; it needs 32',
    ],
    [
      'a digit that is none',
      `"IPv4","*","*","0x10","AES-CBC [RFC3602]","0x00g1","NULL",""`,
      '1:48 "g" is no hexadecimal digit',
    ],
    [
      'a cipher that OpenSSL lacks',
      `"IPv4","*","*","0x10","BLOWFISH-CBC [RFC2451]","0x${key16}","NULL",""`,
      '1:24 BLOWFISH-CBC [RFC2451] is not offered by OpenSSL 3, on which the cryptography of Node.js rests',
    ],
    [
      'a missing column',
      '"IPv4","*","*","0x10","NULL","","NULL"',
      "1:1 7 quoted columns, not the 8 of Wireshark's esp_sa (or 10 with extended sequence numbers)",
    ],
    ['a missing quote', '"IPv4","*,"*"', '1:8 a column in quotes is expected here'],
    [
      'no address',
      '"IPv4","150.1.1","*","0x10","NULL","","NULL",""',
      '1:9 "150.1.1" is no IPv4 address, with or without *',
    ],
    [
      'an address of the other family',
      '"IPv4","::1","*","0x10","NULL","","NULL",""',
      '1:9 "::1" is no IPv4 address, with or without *',
    ],
    ['no SPI', '"IPv4","*","*","0x1ffffffff","NULL","","NULL",""', '1:17 the SPI is no number of 32 bits: 0x1ffffffff'],
    [
      'an SPI cut off',
      '"IPv4","*","*","0x10*","NULL","","NULL",""',
      '1:17 an SPI with * needs all of its 8 hexadecimal digits',
    ],
  ])('%s', (_, text, problem) => {
    expect(problems(readKeys(text))).toEqual([problem])
    // The lines around it are not harmed.
    const good = '"IPv4","*","*","0x10","NULL","","NULL",""'
    expect(readKeys(`${good}\n${text}\n${good}`)).toMatchObject({ associations: [{}, {}], problems: [{ line: 2 }] })
  })

  test.each(['CAST5-CBC [RFC2144]', 'TWOFISH-CBC', 'BLOWFISH-CBC [RFC2451]'])(
    '%s is refused for what OpenSSL lacks',
    name => {
      expect(problems(readKeys(`"IPv4","*","*","*","${name}","0x${key16}","NULL",""`))[0]).toContain('OpenSSL 3')
    },
  )
})

describe('wildcards as in Wireshark', () => {
  const table = (source: string, destination: string, spi: string): AssociationTable =>
    new AssociationTable(readKeys(`"IPv4","${source}","${destination}","${spi}","NULL","","NULL",""`).associations)

  test.each([
    ['150.1.3.3', '150.1.1.1', '0xc0de2001', true],
    ['*', '*', '*', true],
    ['150.1.*.3', '150.1.1.1', '0xc0de2001', true],
    ['*.1.3.3', '*', '*', true],
    ['150.1.3.0/24', '150.1.0.0/16', '3235782657', true],
    ['150.1.3.*', '*', '0xc0de20*1', true],
    ['150.1.3.*', '*', '0xC0DE****', true],
    ['*', '150.1.2.2', '*', false],
    ['*', '150.1.4.0/22', '*', false],
    ['*', '*', '0xc0de30*1', false],
  ])('%s > %s, %s: %s', (source, destination, spi, found) => {
    expect(table(source, destination, spi).find('esp', 0xc0de2001, 0x96010101, 0x96010303) !== undefined).toBe(found)
  })

  test('of several that fit the first counts', () => {
    const both = readKeys(
      '"IPv4","*","*","*","NULL","","NULL",""\n"IPv4","*","*","0x10","NULL","","HMAC-MD5-96 [RFC2403]","0x' +
        `${key16}"`,
    )
    const [any, own] = both.associations
    expect(new AssociationTable([any!, own!]).find('esp', 0x10, 1)).toBe(any)
    expect(new AssociationTable([own!, any!]).find('esp', 0x10, 1)).toBe(own)
    expect(new AssociationTable([own!, any!]).find('ah', 0x10, 1)).toBeUndefined()
  })

  test('a source that translation changed does not matter where the destination fits', () => {
    expect(table('192.168.3.2', '150.1.1.1', '0x10').find('esp', 0x10, 0x96010101, 0x96010303)).toBeDefined()
    expect(table('192.168.3.2', '150.1.1.1', '0x10').find('esp', 0x10, 0x96010102, 0x96010303)).toBeUndefined()
  })

  test.each(['2001:db8::*:1', '2001:db8:*::', '2001:db8::/32', '*'])('%s is an IPv6 pattern', text => {
    const file = readKeys(`"IPv6","${text}","*","0x10","NULL","","NULL",""`)
    expect(problems(file)).toEqual([])
    const again = readKeys(writeKeys('wireshark', file.associations).text)
    expect(again.associations).toEqual(file.associations)
  })
})

describe('ip xfrm state', () => {
  test('as printed', () => {
    const file = readKeys(`src 150.1.2.2 dst 150.1.1.1
	proto esp spi 0xc2146aa2 reqid 1 mode transport
	replay-window 32
	auth-trunc hmac(sha1) 0x${key20} 96
	enc cbc(aes) 0x${key16}
	anti-replay context: seq 0x0, oseq 0x5, bitmap 0x00000000
	sel src 150.1.2.2/32 dst 150.1.1.1/32 proto gre
src 10.0.0.1 dst 10.0.0.2
	proto esp spi 0x00001000 reqid 2 mode tunnel
	replay-window 0 flag af-unspec esn
	aead rfc4106(gcm(aes)) 0x${key20} 128
	encap type espinudp sport 4500 dport 4501 addr 0.0.0.0
	anti-replay esn context:
	 seq-hi 0x3, seq 0x1d, oseq-hi 0x0, oseq 0x0
	 replay_window 128, bitmap-length 4
	 00000000 00000000 00000000 1fffffff 
src 10.0.0.1 dst 10.0.0.2
	proto ah spi 0xa1000001 reqid 0 mode transport
	auth-trunc hmac(sha256) 0x${key16}${key16} 128
`)
    expect(problems(file)).toEqual([])
    expect(file.associations.map(line)).toEqual([
      `esp c2146aa2 150.1.2.2 > 150.1.1.1 transport aes-cbc ${key16} 0 hmac-sha1 ${key20} 12 false`,
      `esp 1000 10.0.0.1 > 10.0.0.2 tunnel aes-gcm ${key20} 16 none  0 true`,
      `ah a1000001 10.0.0.1 > 10.0.0.2 transport null  0 hmac-sha256 ${key16}${key16} 16 false`,
    ])
    expect(file.associations[0]).toMatchObject({ replayWindow: 32, encapsulation: undefined })
    expect(file.associations[1]).toMatchObject({
      replayWindow: 128,
      sequenceHigh: 3,
      encapsulation: { sourcePort: 4500, destinationPort: 4501 },
    })
  })

  test('with -s, where everything is said twice', () => {
    const file = readKeys(`src 150.1.2.2 dst 150.1.1.1
	proto esp spi 0xc2146aa2(3256117922) reqid 1(0x00000001) mode transport(0)
	replay-window 32 seq 0x00000000 flag  (0x00000000)
	auth-trunc hmac(sha256) 0x${key16}${key16} (256 bits) 128
	enc cbc(aes) 0x${key16} (128 bits)
	lifetime config:
	  limit: soft (INF)(bytes), hard (INF)(bytes)
	stats:
	  replay-window 0 replay 0 failed 0
`)
    expect(problems(file)).toEqual([])
    expect(file.associations.map(line)).toEqual([
      `esp c2146aa2 150.1.2.2 > 150.1.1.1 transport aes-cbc ${key16} 0 hmac-sha256 ${key16}${key16} 16 false`,
    ])
    expect(file.associations[0]!.replayWindow).toBe(32)
  })

  test('as commands, and as events of ip xfrm monitor', () => {
    const words = `src 1.1.1.1 dst 2.2.2.2 proto esp spi 0x100 mode transport enc 'ecb(cipher_null)' "" auth-trunc 'hmac(md5)' 0x${key16} 96`
    const file = readKeys(`ip xfrm state add ${words}\nUpdated ${words}\nip -n hub x s add ${words} \\\n   flag esn\n`)
    expect(problems(file)).toEqual([])
    expect(file.associations.map(({ extendedSequence }) => extendedSequence)).toEqual([false, false, true])
    expect(file.associations.map(({ encryption }) => encryption.algorithm)).toEqual(['null', 'null', 'null'])
  })

  test.each([
    ['rfc4106(gcm(aes))', 20, 'aes-gcm'],
    ['rfc4309(ccm(aes))', 19, 'aes-ccm'],
    ['rfc4543(gcm(aes))', 20, 'aes-gmac'],
    ['rfc7539esp(chacha20,poly1305)', 36, 'chacha20-poly1305'],
  ])('aead %s', (name, length, algorithm) => {
    const file = readKeys(
      `src 1.1.1.1 dst 2.2.2.2\n\tproto esp spi 0x100 mode transport\n\taead ${name} 0x${'ab'.repeat(length)} 128\n`,
    )
    expect(file.associations[0]?.encryption).toMatchObject({ algorithm, icvLength: 16 })
  })

  test('SHA-256 is cut to 96 bits where the state does not say otherwise', () => {
    const file = readKeys(
      `src 1.1.1.1 dst 2.2.2.2\n\tproto ah spi 0x100 mode transport\n\tauth hmac(sha256) 0x${key16}${key16}\n`,
    )
    expect(file.associations[0]?.integrity.icvLength).toBe(12)
  })

  test.each([
    [`\tenc cbc(aes) 0x${key16.slice(1)}`, '3:15 the key of AES-CBC has 31 hexadecimal digits; it needs 32, 48 or 64'],
    [
      `\tenc cbc(blowfish) 0x${key16}`,
      '3:6 cbc(blowfish) is not offered by OpenSSL 3, on which the cryptography of Node.js rests',
    ],
    [`\tenc cbc(camellia) 0x${key16}`, '3:6 cbc(camellia) is not among the transforms known here'],
    [`\tenc cbc(aes) <<Keys`, '3:15 the key is hidden: print the states without "nokeys", with privilege'],
    ['\treplay-window 0', '2:16 no algorithm and no key: were they hidden with "nokeys", or read without privilege?'],
    [`\taead rfc4106(gcm(aes)) 0x${key20} 100`, '3:68 AES-GCM with an ICV of 100 bits, not 128, 96, 64'],
    [
      `\taead rfc4106(gcm(aes)) 0x${key20} 128\n\tauth-trunc hmac(md5) 0x${key16} 96`,
      '2:16 AES-GCM authenticates by itself and is not combined with HMAC-MD5',
    ],
  ])('%s', (state, problem) => {
    expect(problems(readKeys(`src 1.1.1.1 dst 2.2.2.2\n\tproto esp spi 0x100 mode transport\n${state}\n`))).toEqual([
      problem,
    ])
  })

  test('compression and policies are passed over', () => {
    const file = readKeys(
      `src 1.1.1.1 dst 2.2.2.2\n\tproto comp spi 0x100 mode tunnel\n\tcomp deflate\nsrc 10.0.0.0/24 dst 10.0.1.0/24 \n\tdir out priority 100\n\ttmpl src 1.1.1.1 dst 2.2.2.2\n\t\tproto esp reqid 1 mode tunnel\n`,
    )
    expect(file).toMatchObject({ associations: [], problems: [] })
  })
})

describe('strongSwan', () => {
  const log = (role: 'request' | 'response', more = ''): string => `
Apr 22 12:30:33 hub charon: 07[ENC] <hub|4> parsed IKE_AUTH ${role} 1 [ IDi AUTH N(USE_TRANSP) SA TSi TSr ]
Apr 22 12:30:33 hub charon: 07[CFG] <hub|4> selected proposal: ESP:AES_CBC_128/HMAC_SHA1_96/NO_EXT_SEQ
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>   using AES_CBC for encryption
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>   using HMAC_SHA1_96 for integrity
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4> encryption initiator key => 16 bytes @ 0x7f0a3c0021b0
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>    0: 00 01 02 03 04 05 06 07 08 09 0A 0B 0C 0D 0E 0F  ................
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4> encryption responder key => 16 bytes @ 0x7f0a3c0021d0
Apr 22 12:30:33 hub charon: 09[NET] <s2|3> received packet: from 150.1.3.3[4500] to 150.1.1.1[4500] (84 bytes)
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>    0: F0 F1 F2 F3 F4 F5 F6 F7 F8 F9 FA FB FC FD FE FF  ................
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4> integrity initiator key => 20 bytes @ 0x7f0a3c002200
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>    0: 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20 20                  
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>   16: 20 20 20 20                                        
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4> integrity responder key => 20 bytes @ 0x7f0a3c002230
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>    0: 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30 30  0000000000000000
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>   16: 30 30 30 30                                      0000
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4> adding inbound ESP SA
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>   SPI 0xc2146aa2, src 150.1.2.2 dst 150.1.1.1
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4> adding outbound ESP SA
Apr 22 12:30:33 hub charon: 07[CHD] <hub|4>   SPI 0xc5d6d766, src 150.1.1.1 dst 150.1.2.2
${more}`
  const initiators = `aes-cbc ${key16} 0 hmac-sha1 ${'20'.repeat(20)} 12 false`
  const responders = `aes-cbc ${'f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'} 0 hmac-sha1 ${'30'.repeat(20)} 12 false`

  test('who answers a request opens what comes in with the key of the initiator', () => {
    const file = readKeys(log('request'))
    expect(file).toMatchObject({ format: 'strongswan', problems: [] })
    expect(file.associations.map(line)).toEqual([
      `esp c2146aa2 150.1.2.2 > 150.1.1.1  ${initiators}`,
      `esp c5d6d766 150.1.1.1 > 150.1.2.2  ${responders}`,
    ])
  })

  test('who got a response, with that of the responder', () => {
    expect(readKeys(log('response')).associations.map(line)).toEqual([
      `esp c2146aa2 150.1.2.2 > 150.1.1.1  ${responders}`,
      `esp c5d6d766 150.1.1.1 > 150.1.2.2  ${initiators}`,
    ])
  })

  test('what the log does not say is said', () => {
    const silent = log('request')
      .split('\n')
      .filter(each => !/ key =>|\d: /.test(each))
      .join('\n')
    expect(problems(readKeys(silent))[0]).toBe(
      '6:45 the log has no keys for this SA: charon must log with chd = 4'.replace(
        '6:45',
        `${silent.split('\n').findIndex(each => each.includes('SPI')) + 1}:45`,
      ),
    )
    const roleless = log('request').replace(/.*\[ENC\].*\n/, '')
    expect(problems(readKeys(roleless))[0]).toContain('who began')
    const lost = log('request').replace(/.*16: 20 20.*\n/, '')
    expect(problems(readKeys(lost))).toEqual(['11:45 the key of HMAC-SHA1 has 32 hexadecimal digits; it needs 40'])
    const blowfish = log('request').replaceAll('AES_CBC', 'BLOWFISH_CBC')
    expect(problems(readKeys(blowfish))[0]).toContain('BLOWFISH_CBC is not offered by OpenSSL 3')
  })
})

describe('every form is read back as it was written', () => {
  const facts = { source: '150.1.2.2', destination: '150.1.1.1', mode: 'transport', extendedSequence: false } as const
  const octets = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i)
  const associations = [
    securityAssociation({
      spi: 0x1001,
      ...facts,
      encryption: { algorithm: 'aes-cbc', key: octets(32) },
      integrity: { algorithm: 'hmac-sha256', key: octets(32) },
    }),
    securityAssociation({ spi: 0x1002, ...facts, encryption: { algorithm: 'aes-gcm', key: octets(20), icvLength: 8 } }),
    securityAssociation({ spi: 0x1003, ...facts, integrity: { algorithm: 'hmac-sha1', key: octets(20) } }),
    securityAssociation({
      spi: 0x1004,
      ...facts,
      mode: 'tunnel',
      encryption: { algorithm: 'aes-ccm', key: octets(35) },
    }),
    securityAssociation({
      spi: 0x1005,
      ...facts,
      encryption: { algorithm: 'aes-ctr', key: octets(28) },
      integrity: { algorithm: 'aes-xcbc', key: octets(16) },
    }),
    securityAssociation({
      spi: 0x1006,
      ...facts,
      encryption: { algorithm: 'chacha20-poly1305', key: octets(36) },
      extendedSequence: true,
      replayWindow: 256,
    }),
    securityAssociation({
      spi: 0x1007,
      ...facts,
      protocol: 'ah',
      integrity: { algorithm: 'hmac-sha512', key: octets(64) },
    }),
    securityAssociation({
      spi: 0x1008,
      ...facts,
      encryption: { algorithm: '3des-cbc', key: octets(24) },
      integrity: { algorithm: 'hmac-sha256', key: octets(32), icvLength: 12 },
    }),
  ]
  /** What a form does not say is not compared. */
  const comparable = (each: SecurityAssociation): string =>
    line({ ...each, mode: undefined, extendedSequence: each.extendedSequence === true ? true : undefined })

  test.each(keyFormats)('%s', format => {
    const { text, left } = writeKeys(format, associations, { recent: true })
    expect(recogniseKeys(text)).toBe(format)
    const file = readKeys(text)
    expect(problems(file)).toEqual([])
    const kept = associations.filter(each => !left.some(({ association }) => association === each))
    expect(file.associations.map(comparable)).toEqual(kept.map(comparable))
    expect(left.map(({ association, because }) => `${transformName(association)}: ${because}`)).toMatchSnapshot(
      'left out',
    )
    expect(text).toMatchSnapshot('text')
  })
})

describe('what is no key file', () => {
  test.each([
    ['', []],
    ['# nothing yet\n\n', []],
    [
      'hello',
      ['1:1 neither Wireshark esp_sa lines, nor "ip xfrm state", nor a strongSwan log with keys, nor a list with spi='],
    ],
    [
      '\na5a19bbb6c17a731,c890155efcf1567a,00,00,"AES-CBC-256 [RFC3602]",00,00,"NONE [RFC4306]"',
      ['2:1 keys of IKE, not of ESP or AH'],
    ],
  ])('%j', (text, expected) => {
    expect(problems(readKeys(text))).toEqual(expected)
  })
})
