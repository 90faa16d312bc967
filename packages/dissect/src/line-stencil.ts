/**
 * The text of all lines of one shape, with holes where their values go: what stands between two holes is copied at once,
 * and a value is read where it lies. How one is learned: learn-line.ts.
 */
import { readIpv6, type Sink, wordsOf } from '@dmvpn/wire'
import { addressWidth } from './summary.ts'

/** How a hole is filled: from so many octets in decimal, in hexadecimal, or as an address. */
export const holeForms = {
  /** At the right and at the left end of a column. */
  ipv4Right: 0,
  ipv4Left: 1,
  ipv4: 2,
  ipv6: 3,
  dec8: 4,
  dec16: 5,
  /** The least significant octet first. */
  dec16Swapped: 6,
  dec32: 7,
  hex16: 8,
  hex32: 9,
} as const

export type HoleForm = (typeof holeForms)[keyof typeof holeForms]

export interface Hole {
  /** The text between the hole before and this one. */
  readonly before: string
  readonly form: HoleForm
  /** Where the value stands, from the frame's beginning. */
  readonly at: number
}

/** In `holes`: the word where the text before a hole begins, how many octets that has, how the hole is filled, and from where. */
const perHole = 4

export class LineStencil {
  private readonly holes: Int32Array
  /** The texts between the holes, each from a word of its own on. */
  private readonly words: Float64Array

  constructor(holes: readonly Hole[], rest: string) {
    const texts: Float64Array[] = []
    let size = 0
    const numbers: number[] = []
    const add = (text: string): void => {
      const octets = encoder.encode(text)
      const words = wordsOf(octets)
      numbers.push(size, octets.length)
      texts.push(words)
      size += words.length
    }
    for (const { before, form, at } of holes) {
      add(before)
      numbers.push(form, at)
    }
    add(rest)
    this.holes = Int32Array.from(numbers)
    this.words = Float64Array.from(texts.flatMap(words => [...words]))
  }

  /** Writes the line of the frame that begins at `start`. */
  write(s: Sink, view: DataView, start: number): void {
    const { holes, words } = this
    const end = holes.length - 2
    for (let i = 0; i < end; i += perHole) {
      s.copy(words, holes[i]!, holes[i + 1]!)
      const at = start + holes[i + 3]!
      switch (holes[i + 2]) {
        case holeForms.ipv4Right:
          s.ipv4Right(view.getUint32(at), addressWidth)
          break
        case holeForms.ipv4Left: {
          const from = s.length
          s.ipv4(view.getUint32(at)).pad(from, addressWidth)
          break
        }
        case holeForms.ipv4:
          s.ipv4(view.getUint32(at))
          break
        case holeForms.dec8:
          s.dec(view.getUint8(at))
          break
        case holeForms.dec16:
          s.dec(view.getUint16(at))
          break
        case holeForms.dec16Swapped:
          s.dec(view.getUint16(at, true))
          break
        case holeForms.dec32:
          s.dec(view.getUint32(at))
          break
        case holeForms.hex16:
          s.hex(view.getUint16(at), 4)
          break
        case holeForms.hex32:
          s.hex(view.getUint32(at), 8)
          break
        default:
          s.ipv6(readIpv6(view, at))
      }
    }
    s.copy(words, holes[end]!, holes[end + 1]!)
  }
}

const encoder = new TextEncoder()
