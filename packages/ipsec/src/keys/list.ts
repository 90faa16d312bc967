/**
 * Associations as people write them down, one to a line: `spi=0x… src=… dst=… mode=transport` with the algorithms and
 * keys behind, in the kernel's words (`enc cbc(aes) 0x… auth hmac(sha1) 0x… trunc=96`) or in everybody's
 * (`AES-CBC-128 + HMAC-SHA1-96  enc=0x… auth=0x…`); `AH` in front for AH, and what rides in it behind `ESP inside:`.
 */
import { formatHex } from '@dmvpn/wire'
import { formatAddressPattern, parseAddressPattern } from '../address-pattern.ts'
import type { AssociationFacts, SecurityAssociation } from '../association.ts'
import { type EncryptionName, encryptionAlgorithms, type IntegrityName, whyNot } from '../transforms/algorithms.ts'
import { kernelAeads, kernelCiphers, kernelIntegrities, kernelNameOf } from './kernel-names.ts'
import { type KeyFile, type KeyProblem, keeping, type LeftOut, type WrittenKeys } from './key-file.ts'
import { associationAt, encryptionKey, integrityKey, type Piece, problemAt, word } from './key-material.ts'

/** Reads lines with `spi=`; others are passed over. */
export function readKeyList(text: string): KeyFile {
  const associations: SecurityAssociation[] = []
  const problems: KeyProblem[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*#/.test(line) || !/\bspi=/.test(line)) continue
    const inside = /ESP inside:/.exec(line)?.index ?? line.length
    const outer = { text: line.slice(0, inside), line: index + 1, column: 1 }
    keeping(problems, () => associations.push(readPart(outer, undefined)))
    if (inside === line.length) continue
    const inner = { text: line.slice(inside), line: index + 1, column: inside + 1 }
    keeping(problems, () => associations.push(readPart(inner, outer)))
  }
  return { format: 'list', associations, problems }
}

/** What a pattern's first group matches, where it stands. */
function find(part: Piece, pattern: RegExp): Piece | undefined {
  const found = pattern.exec(part.text)
  if (found?.[1] === undefined) return undefined
  const at = found.index + found[0].lastIndexOf(found[1])
  return { text: found[1], line: part.line, column: part.column + at }
}

const hex = '(0x[0-9a-zA-Z]*)'

function readPart(part: Piece, outer: Piece | undefined): SecurityAssociation {
  const spi = find(part, /\bspi=(\S+)/)!
  const ends = outer ?? part
  const source = find(ends, /\bsrc=(\S+)/) ?? find(ends, /(\S+)->\S+/)
  const destination = find(ends, /\bdst=(\S+)/) ?? find(ends, /->(\S+)/)
  const protocol = /^\s*AH\b|\bproto=ah\b/.test(part.text) ? 'ah' : 'esp'
  const mode = /mode=tunnel|\btunnel\b/i.test(part.text) ? 'tunnel' : 'transport'
  const port = find(part, /UDP-encap (\d+)/)
  const integrity = readIntegrity(part, protocol)
  const encryption = protocol === 'ah' ? undefined : readEncryption(part)
  return associationAt(spi, {
    protocol,
    mode,
    spi: word(spi, 'the SPI'),
    source: readAddress(source),
    destination: readAddress(destination),
    ...(encryption === undefined ? {} : { encryption }),
    ...(integrity === undefined ? {} : { integrity }),
    ...(port === undefined
      ? {}
      : { encapsulation: { sourcePort: Number(port.text), destinationPort: Number(port.text) } }),
    ...(/\besn\b/.test(part.text) ? { extendedSequence: true } : {}),
  })
}

function readAddress(piece: Piece | undefined): NonNullable<AssociationFacts['source']> {
  const text = piece?.text ?? '*'
  return parseAddressPattern(text) ?? problemAt(piece!, `${JSON.stringify(text)} is no IP address`)
}

/** Names of people: cipher, bits of key, and for some the octets of check value. */
const ciphers: ReadonlyMap<string, EncryptionName> = new Map([
  ['AES-CBC', 'aes-cbc'],
  ['AES-CTR', 'aes-ctr'],
  ['AES-GCM', 'aes-gcm'],
  ['AES-CCM', 'aes-ccm'],
  ['AES-GMAC', 'aes-gmac'],
  ['CHACHA20-POLY1305', 'chacha20-poly1305'],
  ['3DES-CBC', '3des-cbc'],
  ['DES-CBC', 'des-cbc'],
  ['NULL', 'null'],
])

function readEncryption(part: Piece): NonNullable<AssociationFacts['encryption']> {
  const kernel = find(part, /\b(?:enc|AEAD) ([a-z0-9_]+\([^ ]*\))/)
  const key = find(part, new RegExp(`(?:enc=|key\\+salt=|\\benc (?:\\S+\\) )?)${hex}`)) ?? { ...part, text: '' }
  if (kernel !== undefined) {
    const algorithm = kernelAeads.get(kernel.text) ?? kernelCiphers.get(kernel.text)
    if (algorithm === undefined) problemAt(kernel, whyNot(kernel.text))
    return encryptionKey(algorithm, icvLengthOf(algorithm, find(part, /\bicv=(\d+)/), 8), key)
  }
  const name = find(part, /(?:^|\s)([A-Z0-9]+-(?:CBC|CTR|GCM|CCM|GMAC|POLY1305)|NULL)\b/i)
  if (name === undefined) problemAt(part, 'no encryption is named')
  const algorithm = ciphers.get(name.text.toUpperCase())
  if (algorithm === undefined) problemAt(name, whyNot(name.text))
  return encryptionKey(algorithm, icvLengthOf(algorithm, find(part, /\bICV(\d+)/), 1), key)
}

function icvLengthOf(algorithm: EncryptionName, said: Piece | undefined, unit: number): number {
  const usual = encryptionAlgorithms[algorithm].icvLengths[0] ?? 0
  return said === undefined || usual === 0 ? usual : Number(said.text) / unit
}

/** Names of people: hash, and the bits of check value. */
const codes: readonly (readonly [RegExp, IntegrityName])[] = [
  [/^HMAC-MD5/i, 'hmac-md5'],
  [/^HMAC-SHA-?1\b/i, 'hmac-sha1'],
  [/^HMAC-SHA2?-?256/i, 'hmac-sha256'],
  [/^HMAC-SHA2?-?384/i, 'hmac-sha384'],
  [/^HMAC-SHA2?-?512/i, 'hmac-sha512'],
  [/^AES-XCBC/i, 'aes-xcbc'],
  [/^AES-CMAC/i, 'aes-cmac'],
]

function readIntegrity(part: Piece, protocol: 'esp' | 'ah'): AssociationFacts['integrity'] {
  const kernel = find(part, /\bauth ([a-z0-9_]+\([^ ]*\))/)
  const key = find(part, new RegExp(`(?:auth=|\\bauth \\S+\\) |\\bkey )${hex}`))
  if (kernel !== undefined) {
    const known = kernelIntegrities.get(kernel.text)
    if (known === undefined) problemAt(kernel, whyNot(kernel.text))
    const bits = find(part, /\btrunc=(\d+)/)
    return integrityKey(
      known.algorithm,
      (bits === undefined ? known.bits : Number(bits.text)) / 8,
      key ?? { ...part, text: '' },
    )
  }
  const name = find(part, /((?:HMAC-(?:MD5|SHA[-\d]*)|AES-XCBC|AES-CMAC)[-\w]*)/i)
  if (name === undefined)
    return protocol === 'ah' ? problemAt(part, 'AH without an authentication algorithm') : undefined
  const algorithm = codes.find(([pattern]) => pattern.test(name.text))?.[1]
  if (algorithm === undefined) problemAt(name, whyNot(name.text))
  const bits = Number(/-(\d+)$/.exec(name.text)?.[1] ?? 96)
  return integrityKey(algorithm, bits / 8, key ?? { ...name, text: '' })
}

/** Writes one line for each association, in the kernel's words. */
export function writeKeyList(associations: readonly SecurityAssociation[]): WrittenKeys {
  const lines: string[] = []
  const left: LeftOut[] = []
  for (const association of associations) {
    const { spi, integrity } = association
    if (spi.mask !== 0xffffffff) left.push({ association, because: 'a list has whole SPIs' })
    else if (kernelNameOf(kernelIntegrities, integrity.algorithm) === undefined) {
      left.push({ association, because: `a list has no ${integrity.algorithm} authentication` })
    } else lines.push(`${lineOf(association)}\n`)
  }
  return { text: lines.join(''), left }
}

function lineOf(association: SecurityAssociation): string {
  const { protocol, spi, source, destination, mode, encapsulation, encryption, integrity, extendedSequence } =
    association
  const words = protocol === 'ah' ? ['AH'] : []
  words.push(`spi=0x${spi.value.toString(16).padStart(8, '0')}`)
  words.push(
    `src=${formatAddressPattern(source)}`,
    `dst=${formatAddressPattern(destination)}`,
    `mode=${mode ?? 'transport'}`,
  )
  if (encapsulation !== undefined) words.push(`UDP-encap ${encapsulation.destinationPort}`)
  if (extendedSequence === true) words.push('esn')
  const key = (octets: Uint8Array): string => `0x${formatHex(octets)}`
  if (encryption.icvLength > 0) {
    const name = kernelNameOf(kernelAeads, encryption.algorithm)
    words.push(`AEAD ${name} key+salt=${key(encryption.key)} icv=${8 * encryption.icvLength}`)
  } else if (protocol === 'esp')
    words.push(`enc ${kernelNameOf(kernelCiphers, encryption.algorithm)} ${key(encryption.key)}`)
  if (integrity.algorithm !== 'none') {
    words.push(
      `auth ${kernelNameOf(kernelIntegrities, integrity.algorithm)} ${key(integrity.key)} trunc=${8 * integrity.icvLength}`,
    )
  }
  return words.join(' ')
}
