/**
 * What has the keys while a capture is read: it opens ESP where the stack comes to it, so that the opened octets go on
 * through the stack as a source of their own; it verifies AH; and it keeps what spans packets of one association.
 */
import {
  ahReplay,
  ahSequenceHigh,
  ahVerdict,
  ahVerdictReason,
  type Continuation,
  espReplay,
  type Frame,
  type Layer,
  type PacketCursor,
  type Session,
} from '@dmvpn/protocols'
import type { Ipv4, Ipv6 } from '@dmvpn/wire'
import { formatIp } from '@dmvpn/wire'
import { wholeSpi } from './association.ts'
import { AssociationRecord, type Replay, replayText } from './association-record.ts'
import { AssociationTable } from './association-table.ts'
import { type Verified, verifyAuthenticationHeader } from './authentication-header.ts'
import { protocolNumber } from './datagram.ts'
import { enclosingIp, missingOctets } from './enclosing-ip.ts'
import { guessNull, type NullGuess, nullConfidence } from './esp-null.ts'
import { cutShort, type Opened, open, type Refusal, withoutAssociation } from './open.ts'
import { SequenceAnalysis, showWrongSequence, type WrongSequence } from './sequence-analysis.ts'
import { showGuess, showOpening, showVerdict } from './show-esp.ts'
import { espHeaderLength, type IcvStatus, readWord } from './transforms/transform.ts'
import { authenticationVerdictText, type Verdict } from './verdict.ts'

export interface IpsecSessionOptions {
  /** Whether ESP without an association is looked at for NULL encryption. */
  readonly guessNull?: boolean
  /** Whether sequence numbers are analysed as Wireshark does, keys or no keys: yes where left out. */
  readonly analyseSequence?: boolean
}

/** What became of one ESP or AH packet of the present frame. */
export interface Finding {
  readonly protocol: 'esp' | 'ah'
  readonly spi: number
  readonly sequence: number
  readonly source: Ipv4 | Ipv6
  readonly destination: Ipv4 | Ipv6
  readonly verdict: Verdict
  /** Why, where the verdict alone does not say it. */
  readonly because: string
  /** The upper half of an extended sequence number. */
  readonly high: number | undefined
  readonly replay: Replay
  /** How sure it is that nothing is encrypted, where that was guessed. */
  readonly confidence: number | undefined
}

/** An ESP finding with what showing and reading on need. */
interface EspFinding extends Finding {
  readonly record: AssociationRecord
  readonly outcome: Opened | Refusal
  readonly guess: NullGuess | undefined
  readonly wrong: WrongSequence | undefined
}

/** Associations remembered at most: noise taken for ESP must not fill memory. */
const most = 0x4000

export class IpsecSession implements Session {
  readonly table: AssociationTable
  /** What was found in the present frame, outermost first. */
  readonly findings: Finding[] = []
  /** Packets of associations beyond those that are remembered. */
  unrecorded = 0
  private readonly options: IpsecSessionOptions
  private readonly analysis: SequenceAnalysis = new SequenceAnalysis()
  private readonly bySpi: Map<number, AssociationRecord[]> = new Map()
  private readonly all: AssociationRecord[] = []
  /** The association used last between two ends. */
  private readonly latest: Map<string, number> = new Map()
  private frame = -1
  /** How many findings were there before the present walk of the frame: a frame walked again is not counted again. */
  private at = 0

  constructor(table: AssociationTable = new AssociationTable(), options: IpsecSessionOptions = {}) {
    this.table = table
    this.options = options
  }

  /** Whether it may open anything: one with neither keys nor guesses has only verdicts to show. */
  get opens(): boolean {
    return this.table.associations.length > 0 || this.options.guessNull === true
  }

  /** What was seen of every association, in order of appearance. */
  get records(): readonly AssociationRecord[] {
    return this.all
  }

  /** Takes note of the frame that is walked next: once before every walk. Walking the same frame again shows the same and counts nothing. */
  beginFrame(frame: number): void {
    if (frame !== this.frame) this.findings.length = 0
    this.frame = frame
    this.at = 0
  }

  /** Opens ESP. Any other layer is left to others. */
  follow(c: PacketCursor, layer: Layer, frame: Frame): Continuation | undefined {
    if (layer.protocol.name !== 'esp') return undefined
    const start = layer.at + c.origin
    if (c.end - start < espHeaderLength) return undefined
    const packet = c.octets(start, c.end)
    const known = this.findings[this.at++] as EspFinding | undefined
    const finding = known ?? this.openEsp(c, layer, frame, packet)
    if (known === undefined) this.findings.push(finding)
    if (c.witness !== undefined) this.showEsp(c, packet, start, finding)
    const { outcome } = finding
    if (!outcome.opened) return undefined
    const { plaintext, payload, nextHeader } = outcome
    return { title: 'Decrypted Data', bytes: plaintext, end: payload.length, table: 'ip.proto', key: nextHeader }
  }

  /** Verifies AH, which needs nobody to be read. */
  watch(c: PacketCursor, layer: Layer, frame: Frame): void {
    if (layer.protocol.name !== 'ah' || layer.body - layer.at < espHeaderLength + 4) return
    const known = this.findings[this.at++]
    const finding = known ?? this.verifyAh(c, layer, frame)
    if (finding === undefined) {
      this.at--
      return
    }
    if (known === undefined) this.findings.push(finding)
    if (c.witness === undefined) return
    const at = layer.at + c.origin
    if (finding.high !== undefined) c.show(ahSequenceHigh, finding.high, at)
    c.show(ahVerdict, authenticationVerdictText[finding.verdict], at)
    if (finding.because !== '') c.show(ahVerdictReason, finding.because, at)
    if (finding.replay !== 'new') c.show(ahReplay, replayText[finding.replay], at)
  }

  private openEsp(c: PacketCursor, layer: Layer, frame: Frame, packet: Uint8Array): EspFinding {
    const spi = readWord(packet, 0)
    const sequence = readWord(packet, 4)
    const ip = enclosingIp(c, layer, frame)
    const source = ip?.datagram.source ?? 0
    const destination = ip?.datagram.destination ?? 0
    const record = this.recordOf('esp', spi, source, destination)
    const { association } = record
    const missing = ip === undefined ? 0 : missingOctets(c, frame, ip)
    let guess: NullGuess | undefined
    let outcome: Opened | Refusal
    if (missing > 0) outcome = cutShort(`${missing} octets of the packet are not in the capture`)
    else if (association !== undefined) outcome = openSearching(packet, sequence, record)
    else {
      guess = this.options.guessNull === true ? guessNull(packet) : undefined
      outcome = guess === undefined ? closed(record) : guessed(guess)
    }
    const high = outcome.opened ? outcome.high : undefined
    const replay = record.count(packet, sequence, high, outcome.verdict, this.frame)
    if (guess !== undefined) record.nullEvidence += guess.bits
    const wrong = this.options.analyseSequence === false ? undefined : this.analysis.next(spi, sequence, this.frame)
    const confidence =
      guess === undefined ? undefined : nullConfidence(record.nullEvidence, record.counts.verdicts.unchecked)
    const because = outcome.opened ? '' : outcome.because
    const { verdict } = outcome
    return {
      protocol: 'esp',
      spi,
      sequence,
      source,
      destination,
      verdict,
      because,
      high,
      replay,
      confidence,
      record,
      outcome,
      guess,
      wrong,
    }
  }

  private showEsp(c: PacketCursor, packet: Uint8Array, at: number, finding: EspFinding): void {
    const { record, outcome, guess, wrong, spi, replay, high, confidence } = finding
    if (wrong !== undefined) showWrongSequence(c, spi, wrong, at + 4)
    if (outcome.opened && guess !== undefined) showGuess(c, packet, at, outcome, guess, confidence!)
    else if (record.association !== undefined) showOpening(c, packet, at, record.association, outcome, high)
    else showVerdict(c, outcome, at)
    if (replay !== 'new') c.show(espReplay, replayText[replay], at)
  }

  private verifyAh(c: PacketCursor, layer: Layer, frame: Frame): Finding | undefined {
    const ip = enclosingIp(c, layer, frame, protocolNumber.ah)
    if (ip === undefined) return undefined
    const { bytes } = c
    const ahAt = layer.at + c.origin
    const spi = readWord(bytes, ahAt + 4)
    const sequence = readWord(bytes, ahAt + 8)
    const { source, destination } = ip.datagram
    const record = this.recordOf('ah', spi, source, destination)
    const packet = bytes.subarray(ahAt, layer.end + c.origin)
    const missing = missingOctets(c, frame, ip)
    const { association, search, window } = record
    let result: { readonly verdict: Verdict; readonly because: string }
    let high: number | undefined
    if (missing > 0)
      result = { verdict: 'cut-short', because: `${missing} octets of the packet are not in the capture` }
    else if (association === undefined) result = { verdict: 'no-association', because: nobody(spi, destination) }
    else {
      const authenticated = {
        bytes,
        ipBytes: ip.bytes,
        ipAt: ip.at,
        datagram: ip.datagram,
        ahAt,
        end: layer.end + c.origin,
      }
      const verify = (upper: number | undefined): Verified =>
        verifyAuthenticationHeader(authenticated, association, upper)
      result = search.attempt(sequence, window, verify, ahIcvOf)
      high = search.high
    }
    const { verdict, because } = result
    const replay = record.count(packet, sequence, high, verdict, this.frame)
    return { protocol: 'ah', spi, sequence, source, destination, verdict, because, high, replay, confidence: undefined }
  }

  private recordOf(
    protocol: 'esp' | 'ah',
    spi: number,
    source: Ipv4 | Ipv6,
    destination: Ipv4 | Ipv6,
  ): AssociationRecord {
    const siblings = this.bySpi.get(spi)
    const known = siblings?.find(
      each => each.destination === destination && each.protocol === protocol && each.source === source,
    )
    if (known !== undefined) return known
    const association = this.table.find(protocol, spi, destination, source)
    const record = new AssociationRecord(protocol, spi, source, destination, association)
    if (this.all.length >= most && association?.spi.mask !== wholeSpi) {
      this.unrecorded++
      return record
    }
    const ends = `${protocol} ${source} ${destination}`
    record.rekeyOf = this.latest.get(ends)
    this.latest.set(ends, spi)
    this.all.push(record)
    if (siblings === undefined) this.bySpi.set(spi, [record])
    else siblings.push(record)
    return record
  }
}

const ahIcvOf = ({ verdict }: Verified): IcvStatus =>
  verdict === 'icv-good' ? 'good' : verdict === 'icv-bad' ? 'bad' : 'unchecked'
const icvOf = ({ icv }: Opened | Refusal): IcvStatus => icv

/** Opens with the upper half that fits, searching where the inferred one does not. */
function openSearching(packet: Uint8Array, sequence: number, record: AssociationRecord): Opened | Refusal {
  const association = record.association!
  const { search, window } = record
  return search.attempt(sequence, window, high => open(packet, association, { high, proven: search.proven }), icvOf)
}

function guessed({ payload, plaintext, padLength, nextHeader }: NullGuess): Opened {
  const rest = { payload, plaintext, padLength, nextHeader, usualPadding: true, high: undefined }
  return { opened: true, verdict: 'unchecked', icv: 'unchecked', ...rest }
}

function closed(record: AssociationRecord): Refusal {
  record.closed ??= withoutAssociation(nobody(record.spi, record.destination))
  return record.closed
}

function nobody(spi: number, destination: Ipv4 | Ipv6): string {
  return `destination ${formatIp(destination)}, SPI 0x${spi.toString(16).padStart(8, '0')}`
}
