/**
 * Wireshark's table of security associations, the file `esp_sa` or `-o uat:esp_sa:…`: protocol, source, destination,
 * SPI, encryption, its key, authentication, its key, each in quotes; since 4.4 also the width of sequence numbers and
 * the upper half of extended ones.
 */
import { formatHex } from '@dmvpn/wire'
import { type AddressPattern, formatAddressPattern, parseAddressPattern } from '../address-pattern.ts'
import type { Encryption, Integrity, SecurityAssociation, SpiPattern } from '../association.ts'
import { whyNot } from '../transforms/algorithms.ts'
import { type KeyFile, type KeyProblem, keeping, type LeftOut, type WrittenKeys } from './key-file.ts'
import { associationAt, encryptionKey, integrityKey, type Piece, problemAt, word } from './key-material.ts'
import { encryptionOfName, integrityOfName, nameOfEncryption, nameOfIntegrity } from './wireshark-names.ts'

const families: ReadonlyMap<string, 4 | 6 | undefined> = new Map([
  ['IPv4', 4],
  ['IPv6', 6],
  ['Any', undefined],
])

/** Reads `esp_sa` lines. */
export function readWiresharkKeys(text: string): KeyFile {
  const associations: SecurityAssociation[] = []
  const problems: KeyProblem[] = []
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(#|$)/.test(line)) continue
    keeping(problems, () => associations.push(readLine(line, index + 1)))
  }
  return { format: 'wireshark', associations, problems }
}

function readLine(line: string, number: number): SecurityAssociation {
  const fields = quoted(line, number)
  if (fields.length !== 8 && fields.length !== 10) {
    const whole = { text: line, line: number, column: 1 }
    problemAt(
      whole,
      `${fields.length} quoted columns, not the 8 of Wireshark's esp_sa (or 10 with extended sequence numbers)`,
    )
  }
  const [protocol, source, destination, spi, cipher, cipherKey, code, codeKey, width, upper] = fields as [
    Piece,
    Piece,
    Piece,
    Piece,
    Piece,
    Piece,
    Piece,
    Piece,
    Piece?,
    Piece?,
  ]
  if (!families.has(protocol.text)) problemAt(protocol, `${JSON.stringify(protocol.text)} is neither "IPv4" nor "IPv6"`)
  const family = families.get(protocol.text)
  const integrity = readIntegrity(code, codeKey)
  const encryption = readEncryption(cipher, cipherKey, code)
  return associationAt(cipher, {
    spi: readSpi(spi),
    source: readAddress(source, family),
    destination: readAddress(destination, family),
    encryption,
    integrity: encryption.icvLength > 0 ? { algorithm: 'none' } : integrity,
    ...(width === undefined ? {} : { extendedSequence: readWidth(width) }),
    ...(upper === undefined || upper.text === '' ? {} : { sequenceHigh: word(upper, 'the upper half') }),
  })
}

/** The quoted columns of a line, each where its text begins. */
function quoted(line: string, number: number): Piece[] {
  const pieces: Piece[] = []
  let at = /^\s*(uat:esp_sa:)?/.exec(line)![0].length
  for (;;) {
    const column = /^\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/.exec(line.slice(at))
    if (column === null) problemAt({ text: line, line: number, column: at + 1 }, 'a column in quotes is expected here')
    const begin = at + column[0].indexOf('"') + 1
    pieces.push({ text: column[1]!.replaceAll(/\\(.)/g, '$1'), line: number, column: begin + 1 })
    at += column[0].length
    if (column[2] !== ',') return pieces
  }
}

function readAddress(piece: Piece, family: 4 | 6 | undefined): AddressPattern {
  const pattern = parseAddressPattern(piece.text, family)
  const kind = family === undefined ? 'IP' : `IPv${family}`
  return pattern ?? problemAt(piece, `${JSON.stringify(piece.text)} is no ${kind} address, with or without *`)
}

/** `*`, a number, or `0x` and eight digits some of which may be `*`. */
function readSpi(piece: Piece): SpiPattern {
  const { text } = piece
  if (text === '*') return { value: 0, mask: 0 }
  if (!text.includes('*')) return { value: word(piece, 'the SPI'), mask: 0xffffffff }
  if (!/^0x[0-9a-f*]{8}$/i.test(text)) problemAt(piece, 'an SPI with * needs all of its 8 hexadecimal digits')
  const digits = text.slice(2)
  const mask = Number.parseInt(digits.replaceAll(/[0-9a-f]/gi, 'f').replaceAll('*', '0'), 16)
  return { value: Number.parseInt(digits.replaceAll('*', '0'), 16), mask }
}

function readEncryption(name: Piece, key: Piece, code: Piece): Encryption {
  const known = encryptionOfName(name.text, code.text)
  if (known === undefined) problemAt(name, whyNot(name.text))
  return encryptionKey(known.algorithm, known.icvLength, inHex(key))
}

function readIntegrity(name: Piece, key: Piece): Integrity {
  const known = integrityOfName(name.text)
  if (known === undefined) problemAt(name, whyNot(name.text))
  return integrityKey(known.algorithm, known.icvLength, inHex(key))
}

/** Without `0x` in front, Wireshark takes the characters themselves for the key. */
function inHex(key: Piece): Piece {
  if (key.text === '' || /^0x/i.test(key.text)) return key
  return { ...key, text: formatHex(new TextEncoder().encode(key.text)) }
}

function readWidth(piece: Piece): boolean {
  if (piece.text === '64-bit') return true
  return piece.text === '32-bit'
    ? false
    : problemAt(piece, `${JSON.stringify(piece.text)} is neither "32-bit" nor "64-bit"`)
}

export interface WiresharkKeyOptions {
  /** Whether the file may need Wireshark 4.4: extended sequence numbers, ChaCha20-Poly1305. Older versions refuse it. */
  readonly recent?: boolean
}

/** Writes `esp_sa` lines. */
export function writeWiresharkKeys(
  associations: readonly SecurityAssociation[],
  { recent = false }: WiresharkKeyOptions = {},
): WrittenKeys {
  const lines: string[] = []
  const left: LeftOut[] = []
  for (const association of associations) {
    const because = whyNotWireshark(association, recent)
    if (because === undefined) lines.push(writeLine(association, recent))
    else left.push({ association, because })
  }
  return { text: lines.map(line => `${line}\n`).join(''), left }
}

function whyNotWireshark(
  { protocol, encryption, integrity }: SecurityAssociation,
  recent: boolean,
): string | undefined {
  if (protocol === 'ah') return 'Wireshark has no keys for AH'
  if (!recent && encryption.algorithm === 'chacha20-poly1305') return 'Wireshark has no chacha20-poly1305 before 4.4'
  if (nameOfEncryption(encryption) === undefined) return `Wireshark has no ${encryption.algorithm}`
  return nameOfIntegrity(integrity) === undefined
    ? `Wireshark has no ${integrity.algorithm} of ${8 * integrity.icvLength} bits`
    : undefined
}

function writeLine(association: SecurityAssociation, recent: boolean): string {
  const { source, destination, spi, encryption, integrity, extendedSequence, sequenceHigh } = association
  const family = source.family ?? destination.family ?? 4
  const columns = [
    `IPv${family}`,
    formatAddressPattern(source),
    formatAddressPattern(destination),
    writeSpi(spi),
    nameOfEncryption(encryption)!,
    writeKey(encryption.key),
    nameOfIntegrity(integrity)!,
    writeKey(integrity.key),
  ]
  if (recent && extendedSequence === true) columns.push('64-bit', String(sequenceHigh))
  return columns.map(column => `"${column}"`).join(',')
}

function writeSpi({ value, mask }: SpiPattern): string {
  if (mask === 0) return '*'
  const digits = value.toString(16).padStart(8, '0')
  const kept = mask.toString(16).padStart(8, '0')
  return `0x${Array.from(digits, (digit, i) => (kept[i] === 'f' ? digit : '*')).join('')}`
}

function writeKey(key: Uint8Array): string {
  return key.length === 0 ? '' : `0x${formatHex(key)}`
}
