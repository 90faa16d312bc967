/** The layers of a walk as a filter sees them: their list, and how many of each protocol there were so far. */
import type { Titled } from '@dmvpn/wire'
import { carriesEtherType, isCiphertext } from '../layer-list.ts'
import type { Column } from './columns.ts'

/** A layer that has begun: its number among those of its protocol, and its place in its column. */
export interface OpenLayer {
  readonly number: number
  readonly column: Column | undefined
  readonly place: number
  readonly at: number
}

export class LayerTrack {
  /** Names in order, as `frame.protocols` lists them. */
  readonly names: string[] = []
  /** The number of the present layer among those of its protocol, from 1. */
  present = 1
  /** Whether the present layer is one that Wireshark does not have. */
  isMute = false
  private readonly begun: (OpenLayer & { readonly name: string })[] = []
  private readonly counts = new Map<string, number>()
  private readonly numbers: number[] = []
  private quotes = 0
  private quoting: string | undefined = undefined

  /** A frame begins. */
  clear(): void {
    this.names.length = 0
    this.present = 1
    this.isMute = false
    this.begun.length = 0
    this.counts.clear()
    this.numbers.length = 0
    this.quotes = 0
    this.quoting = undefined
  }

  /** A layer begins; its number. Undefined where it does not count. */
  begin({ name }: Titled, column: Column | undefined, at: number): number | undefined {
    // Ciphertext that nobody opened is shown as data; Wireshark leaves it to ESP.
    this.isMute = isCiphertext(this.names.at(-1), name)
    if (this.isMute) return undefined
    // An NHRP packet quoted by one is read by the protocol itself, and so counts as the same layer.
    const isQuoteOfOwn = this.quoting === name
    this.quoting = undefined
    if (!isQuoteOfOwn) this.names.push(name)
    const number = (this.counts.get(name) ?? 0) + (isQuoteOfOwn ? 0 : 1)
    this.counts.set(name, number)
    this.begun.push({ name, number, column, place: column?.count ?? 0, at })
    if (this.quotes === 0) this.numbers.push(number)
    this.present = number
    return number
  }

  /** The layer begun last ends; what it was, where it counts. */
  end(protocol: Titled, packet: unknown): OpenLayer | undefined {
    if (this.isMute) {
      this.isMute = false
      return undefined
    }
    if (packet !== undefined && carriesEtherType(protocol, packet)) this.names.push('ethertype')
    const ended = this.begun.pop()
    this.present = this.begun.at(-1)?.number ?? 1
    return ended
  }

  /** What follows belongs to layer number `index` of the frame. */
  reopen(index: number): void {
    this.present = this.numbers[index] ?? 1
  }

  beginQuote(): void {
    this.quotes++
    this.quoting = this.begun.at(-1)?.name
  }

  endQuote(): void {
    this.quotes--
    this.quoting = undefined
    this.present = this.begun.at(-1)?.number ?? 1
  }
}
