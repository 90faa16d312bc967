/** Wireshark's own view of ESP sequence numbers: by SPI alone, every number should follow the one before it. */
import { espExpectedSequence, espPreviousFrame, espWrongSequence, type PacketCursor } from '@dmvpn/protocols'
import type { Field } from '@dmvpn/wire'

/** A number that was not the expected one. */
export interface WrongSequence {
  readonly expected: number
  readonly sequence: number
  readonly previousFrame: number
}

/** SPIs remembered at most: noise taken for ESP must not fill memory. */
const most = 0x10000

export class SequenceAnalysis {
  private readonly last: Map<number, { sequence: number; frame: number }> = new Map()

  /** Takes a packet in; says what was expected where it is not what came. */
  next(spi: number, sequence: number, frame: number): WrongSequence | undefined {
    const before = this.last.get(spi)
    if (before === undefined) {
      if (this.last.size < most) this.last.set(spi, { sequence, frame })
      return undefined
    }
    const expected = (before.sequence + 1) >>> 0
    const wrong = sequence === expected ? undefined : { expected, sequence, previousFrame: before.frame }
    before.sequence = sequence
    before.frame = frame
    return wrong
  }
}

/** Shows a wrong number behind the sequence number at `at`. */
export function showWrongSequence(c: PacketCursor, spi: number, wrong: WrongSequence, at: number): void {
  const { expected, sequence, previousFrame } = wrong
  const missing = sequence - expected
  c.show(expectedField(missing), expected, at)
  c.below()
  c.note(espWrongSequence, `Wrong Sequence Number for SPI ${hex(spi)} - ${inWords(missing)}`, at)
  c.close()
  c.show(espPreviousFrame, previousFrame, at)
}

const expectedFields = new Map<number, Field>()
const mostFields = 256

/** `Expected SN: 7 (2 SNs missing)`: the gap is part of the line. Fields are kept, for renderers know them by identity. */
function expectedField(missing: number): Field {
  if (missing <= 0) return espExpectedSequence
  let field = expectedFields.get(missing)
  if (field === undefined) {
    if (expectedFields.size >= mostFields) expectedFields.clear()
    field = { ...espExpectedSequence, text: (expected: number) => `${expected} (${missing} SNs missing)` }
    expectedFields.set(missing, field)
  }
  return field
}

function inWords(missing: number): string {
  if (missing > 0) return `${missing} missing`
  return missing === -1 ? '1 repeated' : `${-missing} less than expected`
}

function hex(spi: number): string {
  return spi.toString(16).padStart(8, '0')
}
