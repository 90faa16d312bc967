/**
 * What strongSwan's charon logs of its child SAs with `chd = 4`: the algorithms, the keys of initiator and responder, and
 * the SPIs with their addresses. Whose key is whose is told by `[ENC]` lines: who had just parsed a request answers it.
 */
import { formatHex, formatIp, parseIp } from '@dmvpn/wire'
import type { AddressPattern } from '../address-pattern.ts'
import { exactly } from '../address-pattern.ts'
import type { SecurityAssociation } from '../association.ts'
import { whyNot } from '../transforms/algorithms.ts'
import { type KeyFile, type KeyProblem, keeping, type LeftOut, type WrittenKeys } from './key-file.ts'
import { associationAt, encryptionKey, integrityKey, type Piece, problemAt, word } from './key-material.ts'
import { strongswanEncryptions, strongswanIntegrities, strongswanNameOf } from './strongswan-names.ts'

type Side = 'initiator' | 'responder'

/** What one thread of the daemon has said of the child SA it works on. */
interface Child {
  role: Side | undefined
  extended: boolean | undefined
  encryption: Piece | undefined
  integrity: Piece | undefined
  readonly keys: Map<string, { text: string; line: number; column: number; left: number }>
  /** The key whose octets the next lines are. */
  dumping: string | undefined
  /** The direction and protocol that the next line gives an SPI to. */
  adding: { readonly inbound: boolean; readonly protocol: 'esp' | 'ah' } | undefined
}

/** Reads a log. Other lines than charon's are passed over. */
export function readStrongswanKeys(text: string): KeyFile {
  const associations: SecurityAssociation[] = []
  const problems: KeyProblem[] = []
  const children = new Map<string, Child>()
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const said = /(\d+)\[([A-Z]{3})\] (?:<[^>]*> )?(.*)$/.exec(line)
    if (said === null) continue
    const [whole, thread, group, message] = said as unknown as [string, string, string, string]
    const child = children.get(thread) ?? newChild()
    children.set(thread, child)
    const piece = { text: message, line: index + 1, column: said.index + whole.length - message.length + 1 }
    keeping(problems, () => {
      const association = listen(child, group, piece)
      if (association !== undefined) associations.push(association)
    })
  }
  return { format: 'strongswan', associations, problems }
}

function newChild(): Child {
  return {
    role: undefined,
    extended: undefined,
    encryption: undefined,
    integrity: undefined,
    keys: new Map(),
    dumping: undefined,
    adding: undefined,
  }
}

function listen(child: Child, group: string, piece: Piece): SecurityAssociation | undefined {
  const { text } = piece
  if (group === 'ENC') {
    const message = /^parsed (?:IKE_AUTH|CREATE_CHILD_SA|IKE_FOLLOWUP_KE|QUICK_MODE) (request|response)/.exec(text)
    if (message !== null) child.role = message[1] === 'request' ? 'responder' : 'initiator'
  } else if (group === 'CFG') {
    const proposal = /^selected proposal: (?:ESP|AH):(\S+)/.exec(text)
    if (proposal !== null) child.extended = /(^|\/)EXT_SEQ(\/|$)/.test(proposal[1]!)
  } else if (group === 'CHD') return hear(child, piece)
  return undefined
}

function hear(child: Child, piece: Piece): SecurityAssociation | undefined {
  const { text, column } = piece
  if (child.dumping !== undefined && takeDump(child, text)) return undefined
  child.dumping = undefined
  const using = /^( *using )(\S+) for (encryption|integrity)/.exec(text)
  if (using !== null) {
    const name = { ...piece, text: using[2]!, column: column + using[1]!.length }
    if (child.keys.size > 0) forget(child)
    if (using[3] === 'encryption') child.encryption = name
    else child.integrity = name
    return undefined
  }
  const key = /^((?:encryption|integrity) (?:initiator|responder)) key => (\d+) bytes/.exec(text)
  if (key !== null) {
    child.dumping = key[1]!
    child.keys.set(key[1]!, { text: '', line: piece.line, column, left: Number(key[2]) })
    return undefined
  }
  const adding = /^adding (inbound|outbound) (ESP|AH) SA/.exec(text)
  if (adding !== null) {
    child.adding = { inbound: adding[1] === 'inbound', protocol: adding[2] === 'ESP' ? 'esp' : 'ah' }
    return undefined
  }
  const spi = /^ *SPI (0x[0-9a-f]+), src (\S+) dst (\S+)/.exec(text)
  return spi === null || child.adding === undefined ? undefined : associate(child, piece, spi[1]!, spi[2]!, spi[3]!)
}

/** A line of a dump: offset, colon, up to 16 octets, and their characters. */
function takeDump(child: Child, text: string): boolean {
  const dump = /^ *\d+: ((?:[0-9A-F]{2} ?){1,16})(?: |$)/.exec(text)
  const key = child.keys.get(child.dumping!)
  if (dump === null || key === undefined || key.left <= 0) return false
  const octets = dump[1]!.trim().split(/ +/).slice(0, key.left)
  key.text += octets.join('')
  key.left -= octets.length
  return true
}

/** Another child SA begins on this thread. */
function forget(child: Child): void {
  child.keys.clear()
  child.encryption = undefined
  child.integrity = undefined
}

function associate(child: Child, piece: Piece, spi: string, source: string, destination: string): SecurityAssociation {
  const { inbound, protocol } = child.adding!
  child.adding = undefined
  if (child.keys.size === 0) {
    problemAt(piece, 'the log has no keys for this SA: charon must log with chd = 4')
  }
  if (child.role === undefined) {
    problemAt(piece, 'the log does not say who began: charon must log its ENC group with level 1')
  }
  // What comes in was sealed by the other side (RFC 7296 §2.17).
  const sender: Side = inbound === (child.role === 'responder') ? 'initiator' : 'responder'
  const none = { ...piece, text: '' }
  const { encryption, integrity } = child
  const cipher = encryption === undefined ? undefined : strongswanEncryptions.get(encryption.text)
  if (encryption !== undefined && cipher === undefined) problemAt(encryption, whyNot(encryption.text))
  const code = integrity === undefined ? undefined : strongswanIntegrities.get(integrity.text)
  if (integrity !== undefined && code === undefined) problemAt(integrity, whyNot(integrity.text))
  const keyOf = (what: string): Piece => child.keys.get(`${what} ${sender}`) ?? none
  return associationAt(piece, {
    protocol,
    spi: word({ ...piece, text: spi }, 'the SPI'),
    source: addressOf(piece, source),
    destination: addressOf(piece, destination),
    ...(cipher === undefined
      ? {}
      : { encryption: encryptionKey(cipher.algorithm, cipher.icvLength, keyOf('encryption')) }),
    ...(code === undefined ? {} : { integrity: integrityKey(code.algorithm, code.icvLength, keyOf('integrity')) }),
    extendedSequence: child.extended,
  })
}

/** Ports may stand behind an address in brackets. */
function addressOf(piece: Piece, text: string): AddressPattern {
  const address = parseIp(text.replace(/\[\d+\]$/, ''))
  return address === undefined ? problemAt(piece, `${JSON.stringify(text)} is no IP address`) : exactly(address)
}

/** Writes what charon would have logged, each association as if its initiator were the one who logs. */
export function writeStrongswanKeys(associations: readonly SecurityAssociation[]): WrittenKeys {
  const lines: string[] = []
  const left: LeftOut[] = []
  for (const association of associations) {
    const because = whyNotStrongswan(association)
    if (because === undefined) lines.push(...linesOf(association))
    else left.push({ association, because })
  }
  return { text: lines.map(line => `${line}\n`).join(''), left }
}

function whyNotStrongswan({
  spi,
  source,
  destination,
  encryption,
  integrity,
}: SecurityAssociation): string | undefined {
  if (spi.mask !== 0xffffffff) return 'strongSwan knows an SA by one SPI'
  if (source.exact === undefined || destination.exact === undefined) return 'strongSwan knows an SA by whole addresses'
  if (strongswanNameOf(strongswanEncryptions, encryption.algorithm, encryption.icvLength) === undefined) {
    return `strongSwan has no ${encryption.algorithm}`
  }
  const { algorithm, icvLength } = integrity
  const known = algorithm === 'none' || strongswanNameOf(strongswanIntegrities, algorithm, icvLength) !== undefined
  return known ? undefined : `strongSwan has no ${algorithm} of ${8 * icvLength} bits`
}

function linesOf({
  protocol,
  spi,
  source,
  destination,
  encryption,
  integrity,
  extendedSequence,
}: SecurityAssociation): string[] {
  const cipher = strongswanNameOf(strongswanEncryptions, encryption.algorithm, encryption.icvLength)!
  const code = strongswanNameOf(strongswanIntegrities, integrity.algorithm, integrity.icvLength)
  const name = protocol.toUpperCase()
  const transforms = [
    protocol === 'esp' ? cipher : undefined,
    code,
    extendedSequence === true ? 'EXT_SEQ' : 'NO_EXT_SEQ',
  ]
  const lines = ['00[ENC] parsed CREATE_CHILD_SA response 0 [ SA No TSi TSr ]']
  if (extendedSequence !== undefined) {
    lines.push(`00[CFG] selected proposal: ${name}:${transforms.filter(each => each !== undefined).join('/')}`)
  }
  if (protocol === 'esp') lines.push(`00[CHD]   using ${cipher} for encryption`)
  if (code !== undefined) lines.push(`00[CHD]   using ${code} for integrity`)
  if (protocol === 'esp') lines.push(...dumpOf('encryption initiator key', encryption.key))
  if (code !== undefined) lines.push(...dumpOf('integrity initiator key', integrity.key))
  lines.push(`00[CHD] adding outbound ${name} SA`)
  const number = spi.value.toString(16).padStart(8, '0')
  lines.push(`00[CHD]   SPI 0x${number}, src ${formatIp(source.exact!)} dst ${formatIp(destination.exact!)}`)
  return lines
}

function dumpOf(what: string, key: Uint8Array): string[] {
  if (key.length === 0) return []
  const lines = [`00[CHD] ${what} => ${key.length} bytes`]
  for (let at = 0; at < key.length; at += 16) {
    lines.push(`00[CHD] ${String(at).padStart(4)}: ${formatHex(key.subarray(at, at + 16), ' ').toUpperCase()}`)
  }
  return lines
}
