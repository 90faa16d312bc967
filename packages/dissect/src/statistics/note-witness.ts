/** A witness of notes alone. What is odd about a quoted packet is not said of the frame. */
import type { Field, Witness } from '@dmvpn/wire'

export interface Note {
  readonly field: Field
  readonly text: string
}

export class NoteWitness implements Witness {
  readonly notes: Note[] = []
  private quotes = 0

  /** Forgets the last frame. */
  reset(): void {
    this.notes.length = 0
    this.quotes = 0
  }

  /** Whether something is odd is judged where its status is computed. */
  wants(): boolean {
    return true
  }

  note(field: Field, _at: number, _length: number, text: string): void {
    if (this.quotes === 0) this.notes.push({ field, text })
  }

  beginQuote(): void {
    this.quotes++
  }

  endQuote(): void {
    this.quotes--
  }

  beginLayer(): void {}
  endLayer(): void {}
  reopenLayer(): void {}
  beginSource(): void {}
  rows(): void {}
  value(): void {}
  below(): void {}
  open(): void {}
  openField(): void {}
  close(): void {}
  stopped(): void {}
}
