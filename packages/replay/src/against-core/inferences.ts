/** What settings rest on: a sentence for each inference, with the frame that it was made from. */
import type { Fact } from './tunnel-facts.ts'

export class Inferences {
  private readonly sentences: string[]
  /** Of which tunnel they are; undefined: there is but one. */
  private readonly tunnel: string | undefined

  constructor(sentences: string[], tunnel: string | undefined) {
    this.sentences = sentences
    this.tunnel = tunnel
  }

  note(inference: string, frame?: number): void {
    const of = this.tunnel === undefined || this.tunnel === inference ? '' : ` (${this.tunnel})`
    this.sentences.push(frame === undefined ? `${inference}${of}` : `${inference}${of}: frame ${frame}`)
  }

  /** Notes a fact, unless there is none, and gives what it says. */
  told<T>(what: string, fact: Fact<T> | undefined, isSecret = false): T | undefined {
    if (fact?.value === undefined) return undefined
    const value = isSecret || typeof fact.value === 'boolean' ? '' : ` ${String(fact.value)}`
    this.note(fact.value === false ? `no ${what}` : `${what}${value}`, fact.frame)
    return fact.value
  }
}
