/**
 * The Linux kernel's security associations as iproute2 writes them: `ip xfrm state`, with or without `-s`,
 * `ip xfrm monitor`, and the commands `ip xfrm state add …` that make them.
 */
import { formatHex, formatIp, parseIp } from '@dmvpn/wire'
import { type AddressPattern, anyOf, exactly } from '../address-pattern.ts'
import type { AssociationFacts, Encapsulation, SecurityAssociation } from '../association.ts'
import { encryptionAlgorithms, whyNot } from '../transforms/algorithms.ts'
import { kernelAeads, kernelCiphers, kernelIntegrities, kernelNameOf } from './kernel-names.ts'
import { type KeyFile, type KeyProblem, keeping, type LeftOut, type WrittenKeys } from './key-file.ts'
import { associationAt, encryptionKey, integrityKey, type Piece, problemAt, word } from './key-material.ts'

/** Reads the states in a text; policies and whatever else iproute2 prints are passed over. */
export function readXfrmKeys(text: string): KeyFile {
  const associations: SecurityAssociation[] = []
  const problems: KeyProblem[] = []
  for (const state of statesOf(text)) {
    keeping(problems, () => {
      const association = readState(state)
      if (association !== undefined) associations.push(association)
    })
  }
  return { format: 'ip-xfrm', associations, problems }
}

/** The words of every state: one begins where a line begins with `src`, whatever command or event stands before it. */
function statesOf(whole: string): Piece[][] {
  const states: Piece[][] = []
  let state: Piece[] | undefined
  for (const [index, line] of whole.split(/\r?\n/).entries()) {
    const begin = /^(?:\S.*?\s)?(?=src\s)/.exec(line)
    if (begin !== null) {
      state = []
      states.push(state)
    } else if (/^\S/.test(line)) state = undefined
    if (state === undefined || /^\s*#/.test(line)) continue
    const from = begin?.[0].length ?? 0
    for (const found of line.slice(from).matchAll(/'[^']*'|"[^"]*"|[^\s\\]+/g)) {
      const quote = /^['"]/.test(found[0]) ? 1 : 0
      const text = found[0].slice(quote, found[0].length - quote)
      state.push({ text, line: index + 1, column: from + found.index + quote + 1 })
    }
  }
  return states
}

/** Words behind which the addresses and ports of traffic stand, not those of the association. */
const selectors = new Set(['sel', 'tmpl', 'coa'])

function readState(words: readonly Piece[]): SecurityAssociation | undefined {
  const facts: { -readonly [K in keyof AssociationFacts]?: AssociationFacts[K] } = {}
  const at = (index: number): Piece => words[index] ?? { ...words.at(-1)!, text: '' }
  let selecting = false
  let first: Piece | undefined
  for (let i = 0; i < words.length; i++) {
    const { text } = words[i]!
    if (selectors.has(text)) selecting = true
    else if (text === 'src' && !selecting) {
      // A policy begins like a state, but with networks.
      if (at(++i).text.includes('/')) return undefined
      facts.source = readAddress(at(i))
    } else if (text === 'dst' && !selecting) facts.destination = readAddress(at(++i))
    else if (text === 'proto' && !selecting) {
      const protocol = at(++i)
      if (protocol.text !== 'esp' && protocol.text !== 'ah') return undefined
      facts.protocol = protocol.text
    } else if (text === 'spi') {
      const spi = at(++i)
      first = spi
      facts.spi = word({ ...spi, text: spi.text.replace(/\(.*/, '') }, 'the SPI')
    } else if (text === 'mode') facts.mode = at(++i).text.startsWith('tunnel') ? 'tunnel' : 'transport'
    else if (text === 'replay-window') facts.replayWindow = count(at(++i)) || facts.replayWindow || 0
    else if (text === 'replay_window') facts.replayWindow = count(at(++i))
    else if (text === 'flag') facts.extendedSequence = flagsOf(words, i).includes('esn')
    else if (text === 'seq-hi') facts.sequenceHigh = Math.max(facts.sequenceHigh ?? 0, hexadecimal(at(++i)))
    else if (text === 'oseq-hi') facts.sequenceHigh = Math.max(facts.sequenceHigh ?? 0, hexadecimal(at(++i)))
    else if (text === 'enc') facts.encryption = readCipher(at(++i), at(i + 1))
    else if (text === 'aead') facts.encryption = readAead(at(++i), at(i + 1), bitsBehind(words, i + 1))
    else if (text === 'auth' || text === 'auth-trunc')
      facts.integrity = readIntegrity(at(++i), at(i + 1), bitsBehind(words, i + 1))
    else if (text === 'comp') return undefined
    else if (text === 'encap') facts.encapsulation = readEncapsulation(words, i + 1)
  }
  if (facts.spi === undefined || facts.protocol === undefined) return undefined
  if (facts.encryption === undefined && facts.integrity === undefined) {
    problemAt(first!, 'no algorithm and no key: were they hidden with "nokeys", or read without privilege?')
  }
  if (facts.replayWindow === 0) delete facts.replayWindow
  return associationAt(first!, { ...facts, spi: facts.spi, extendedSequence: facts.extendedSequence ?? false })
}

/** The words of a line behind `flag`. The window's own heading says "esn" too, whatever the flags are. */
function flagsOf(words: readonly Piece[], flag: number): string[] {
  const { line } = words[flag]!
  return words
    .slice(flag + 1)
    .filter(each => each.line === line)
    .map(({ text }) => text)
}

/** The unspecified address stands for any: the kernel cannot use it otherwise. */
function readAddress(piece: Piece): AddressPattern {
  const address = parseIp(piece.text)
  if (address === undefined) problemAt(piece, `${JSON.stringify(piece.text)} is no IP address`)
  if (address === 0) return anyOf(4)
  return address === 0n ? anyOf(6) : exactly(address)
}

function readCipher(name: Piece, key: Piece): NonNullable<AssociationFacts['encryption']> {
  const algorithm = kernelCiphers.get(name.text)
  if (algorithm === undefined) problemAt(name, whyNot(name.text))
  return encryptionKey(algorithm, 0, keyPiece(key))
}

function readAead(name: Piece, key: Piece, bits: Piece | undefined): NonNullable<AssociationFacts['encryption']> {
  const algorithm = kernelAeads.get(name.text)
  if (algorithm === undefined) problemAt(name, whyNot(name.text))
  const { icvLengths, title } = encryptionAlgorithms[algorithm]
  const icvLength = bits === undefined ? icvLengths[0]! : count(bits) / 8
  if (!icvLengths.includes(icvLength)) {
    problemAt(
      bits!,
      `${title} with an ICV of ${bits!.text} bits, not ${icvLengths.map(length => 8 * length).join(', ')}`,
    )
  }
  return encryptionKey(algorithm, icvLength, keyPiece(key))
}

function readIntegrity(name: Piece, key: Piece, bits: Piece | undefined): NonNullable<AssociationFacts['integrity']> {
  const known = kernelIntegrities.get(name.text)
  if (known === undefined) problemAt(name, whyNot(name.text))
  const icvLength = (bits === undefined || known.bits === 0 ? known.bits : count(bits)) / 8
  return integrityKey(known.algorithm, icvLength, keyPiece(key))
}

/** Keys have `0x` in front; without it there is none, and the next word of the state stands in its place. */
function keyPiece(key: Piece): Piece {
  if (/^<<|hidden/i.test(key.text))
    problemAt(key, 'the key is hidden: print the states without "nokeys", with privilege')
  return /^0x/i.test(key.text) ? key : { ...key, text: '' }
}

/** The number of bits behind a key, where there is one; with `-s` the key's own length in brackets comes first. */
function bitsBehind(words: readonly Piece[], key: number): Piece | undefined {
  const from = /^0x/i.test(words[key]?.text ?? '') ? key + 1 : key
  const at = words[from]?.text.startsWith('(') === true ? from + 2 : from
  const bits = words[at]
  return bits !== undefined && /^\d+$/.test(bits.text) ? bits : undefined
}

function readEncapsulation(words: readonly Piece[], from: number): Encapsulation | undefined {
  const at = words[from]?.text === 'type' ? from + 1 : from
  if (words[at]?.text !== 'espinudp') return undefined
  const rest = words.slice(at + 1, at + 5)
  const [sourcePort, destinationPort] = rest.filter(({ text }) => /^\d+$/.test(text)).map(({ text }) => Number(text))
  return { sourcePort: sourcePort ?? 4500, destinationPort: destinationPort ?? 4500 }
}

function count(piece: Piece): number {
  const digits = piece.text.replace(/,$/, '')
  return /^\d{1,9}$/.test(digits)
    ? Number(digits)
    : problemAt(piece, `a number is expected, not ${JSON.stringify(piece.text)}`)
}

function hexadecimal({ text }: Piece): number {
  const value = Number(text.replace(/,$/, ''))
  return Number.isInteger(value) && value >= 0 && value <= 0xffffffff ? value : 0
}

/** Writes states as `ip xfrm state` prints them. */
export function writeXfrmKeys(associations: readonly SecurityAssociation[]): WrittenKeys {
  const states: string[] = []
  const left: LeftOut[] = []
  for (const association of associations) {
    const because = whyNotXfrm(association)
    if (because === undefined) states.push(writeState(association))
    else left.push({ association, because })
  }
  return { text: states.join(''), left }
}

function whyNotXfrm({ spi, source, destination, integrity }: SecurityAssociation): string | undefined {
  if (spi.mask !== 0xffffffff) return 'a kernel state has one SPI'
  if ([source, destination].some(each => each.exact === undefined && each.mask !== 0n))
    return 'a kernel state has whole addresses'
  const known = kernelNameOf(kernelIntegrities, integrity.algorithm) !== undefined
  return known ? undefined : `the kernel has no ${integrity.algorithm} authentication`
}

function writeState(association: SecurityAssociation): string {
  const { source, destination, protocol, spi, mode, replayWindow, encapsulation, extendedSequence } = association
  const family = source.family ?? destination.family ?? 4
  const any = family === 4 ? '0.0.0.0' : '::'
  const address = ({ exact }: AddressPattern): string => (exact === undefined ? any : formatIp(exact))
  const extended = extendedSequence === true
  const lines = [
    `proto ${protocol} spi 0x${spi.value.toString(16).padStart(8, '0')} reqid 0 mode ${mode ?? 'transport'}`,
    // With a bitmap of its own the window stands further below (XFRMA_REPLAY_ESN_VAL).
    `replay-window ${extended || replayWindow > 32 ? 0 : replayWindow}${extended ? ' flag esn' : ''}`,
    ...writeAlgorithms(association),
  ]
  if (encapsulation !== undefined) {
    const { sourcePort, destinationPort } = encapsulation
    lines.push(`encap type espinudp sport ${sourcePort} dport ${destinationPort} addr ${any}`)
  }
  if (extended || replayWindow > 32) lines.push(...writeWindow(association))
  return `src ${address(source)} dst ${address(destination)}\n${lines.map(line => `\t${line}\n`).join('')}`
}

function writeAlgorithms({ protocol, encryption, integrity }: SecurityAssociation): string[] {
  const key = (octets: Uint8Array): string => (octets.length === 0 ? '""' : `0x${formatHex(octets)}`)
  if (encryption.icvLength > 0) {
    return [
      `aead ${kernelNameOf(kernelAeads, encryption.algorithm)} ${key(encryption.key)} ${8 * encryption.icvLength}`,
    ]
  }
  const lines: string[] = []
  if (integrity.algorithm !== 'none') {
    lines.push(
      `auth-trunc ${kernelNameOf(kernelIntegrities, integrity.algorithm)} ${key(integrity.key)} ${8 * integrity.icvLength}`,
    )
  }
  if (protocol === 'esp') lines.push(`enc ${kernelNameOf(kernelCiphers, encryption.algorithm)} ${key(encryption.key)}`)
  return lines
}

function writeWindow({ replayWindow, sequenceHigh }: SecurityAssociation): string[] {
  const words = Math.ceil(replayWindow / 32)
  return [
    'anti-replay esn context:',
    ` seq-hi 0x${sequenceHigh.toString(16)}, seq 0x0, oseq-hi 0x0, oseq 0x0`,
    ` replay_window ${replayWindow}, bitmap-length ${words}`,
    ` ${Array<string>(words).fill('00000000').join(' ')} `,
  ]
}
