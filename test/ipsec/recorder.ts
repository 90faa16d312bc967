/** A witness that writes down names, values and texts, in order. */
import type { Field, Value, Witness } from '@dmvpn/wire'
import { formatHex } from '@dmvpn/wire'

export class Recorder implements Witness {
  /** Every value by the name of its field, as tshark's `-T fields` writes it. */
  readonly values: Map<string, string[]> = new Map()
  /** Every value in a line of its own, with its depth. */
  readonly lines: string[] = []
  readonly sources: { readonly title: string; readonly bytes: Uint8Array }[] = []
  private depth = 0

  wants(): boolean {
    return true
  }

  beginLayer({ name }: { readonly name: string }): void {
    this.lines.push(`-- ${name}`)
  }

  endLayer(): void {
    this.depth = 0
  }

  reopenLayer(): void {
    this.depth = 0
  }

  beginSource(title: string, bytes: Uint8Array): void {
    this.sources.push({ title, bytes })
  }

  rows(): void {
    // What layouts show is not looked at here.
  }

  value(field: Field, _at: number, _length: number, value: Value): void {
    const values = this.values.get(field.name) ?? []
    values.push(plain(field, value))
    this.values.set(field.name, values)
    const text = field.text === undefined ? plain(field, value) : field.text(value as never)
    const line = `${field.label}: ${text}`
    this.lines.push('  '.repeat(this.depth + 1) + (field.generated ? `[${line}]` : line))
  }

  below(): void {
    this.depth++
  }

  open(): void {
    this.depth++
  }

  openField(): void {
    this.depth++
  }

  close(): void {
    // What a quoted packet opens ends with its layers.
    this.depth = Math.max(0, this.depth - 1)
  }

  note(field: Field, _at: number, _length: number, text: string): void {
    this.values.set(field.name, [...(this.values.get(field.name) ?? []), '1'])
    this.lines.push(`${'  '.repeat(this.depth + 1)}! ${text}`)
  }

  beginQuote(): void {
    this.depth++
  }

  endQuote(): void {
    this.depth--
  }

  stopped(): void {
    this.lines.push('-- stopped')
  }

  /** The values of a field as tshark puts them into one column. */
  column(name: string): string {
    return (this.values.get(name) ?? []).join(',')
  }
}

function plain(field: Field, value: Value): string {
  if (value instanceof Uint8Array) return formatHex(value)
  if (typeof value === 'boolean') return value ? '1' : '0'
  if (field.base === 'hex' && typeof value === 'number') return `0x${value.toString(16).padStart(2, '0')}`
  return String(value)
}
