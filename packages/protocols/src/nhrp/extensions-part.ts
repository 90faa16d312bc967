/** The list of extensions: read to the End extension, written back in the same order. */
import { bits, expert, type Field, field, flag, type Layout, layout, type Outline, u16, type Writer } from '@dmvpn/wire'
import type { PacketCursor } from '../packet-cursor.ts'
import { extensionValues } from './extension-values.ts'
import type { AnyExtensionCodec, Extension, ExtensionHead } from './extensions/extension.ts'
import { unrecognised } from './extensions/unrecognised.ts'

interface Head {
  readonly compulsory: boolean
  readonly reserved: boolean
  readonly type: number
  readonly length: number
}

const head: Layout<Head> = layout<Head>('nhrp.ext', 'Extension', {
  compulsory: flag('nhrp.ext.c', 'Compulsory Flag', { truth: ['True', 'False'] }),
  reserved: flag('nhrp.ext.u', 'Reserved Flag', { truth: ['True', 'False'] }),
  type: bits(14, 'nhrp.ext.type', 'Extension Type', { base: 'hex' }),
  length: u16('nhrp.ext.len', 'Extension length'),
})

const leftover: Field = field('nhrp.ext.leftover', 'Octets behind the value', 'bytes')
const superfluous: Field = field('nhrp.ext.superfluous', 'Octets behind the End extension', 'bytes')
const extra: Field = expert('nhrp.ext.extra', 'Superfluous data follows End Extension', 'error')
const unfinished: Field = expert('nhrp.ext.no_end', 'The extensions do not close with the End extension', 'warning')
const odd: Field = expert('nhrp.ext.leftover.note', 'The extension is longer than what it holds', 'warning')

export interface ExtensionsPart {
  readonly fields: readonly (Outline | Field)[]
  /** Takes extensions to the end of the region. */
  walk(c: PacketCursor, sourceLength: number): readonly Extension[]
  /** Octets between the End extension and the end of the region. */
  walkAfterEnd(c: PacketCursor): Uint8Array
  size(extensions: readonly Extension[]): number
  write(w: Writer, extensions: readonly Extension[]): void
}

/** The part of a packet that knows these extensions; all others stay as octets. */
export function extensionsPart(codecs: readonly AnyExtensionCodec[]): ExtensionsPart {
  const byType = new Map<number, AnyExtensionCodec[]>()
  const values = extensionValues([...codecs.toReversed(), unrecognised])
  for (const codec of codecs) {
    byType.set(codec.type, [...(byType.get(codec.type) ?? []), codec])
  }

  const closing = codecs.find(({ kind }) => kind === 'end')
  /** The few types in use lie close together: a list finds them quickest. */
  const usual = Array.from({ length: 16 }, (_, type) => byType.get(type) ?? noCodecs)
  /** Who alone reads the values of such a type. */
  const sole = usual.map(([first, ...others]) =>
    others.length === 0 && first?.recognises === undefined ? first : undefined,
  )

  /** Who reads a value of this type and length, where several may. */
  function choose(c: PacketCursor, type: number, length: number): AnyExtensionCodec {
    const candidates = (type < usual.length ? usual[type] : byType.get(type)) ?? noCodecs
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[i]!
      if (candidate.recognises === undefined || candidate.recognises(c, length)) return candidate
    }
    return unrecognised
  }

  /**
   * What extensions of the usual types are that hold nothing, four to a type: one for every head. Most of those in a
   * request only ask for a record; they are the same in every packet, so each is made once.
   */
  const empties: (Empty | undefined)[] = Array.from({ length: 4 * usual.length }, () => undefined)

  /** Adds the extension behind whose head the cursor stands to those found, and says who read it. */
  function walkValue(
    c: PacketCursor,
    type: number,
    length: number,
    headNumber: number,
    sourceLength: number,
    found: Extension[],
  ): AnyExtensionCodec {
    const { at, end, limitedBy, absent, witness } = c
    c.narrow(length, 'nhrp.ext.len')
    const codec = (type < sole.length ? sole[type] : undefined) ?? choose(c, type, length)
    let read: Extension = codec.walk(c, heads[headNumber]!, sourceLength)
    if (codec === unrecognised) read = { ...read, type } as Extension
    if (c.at < c.end) read = takeLeftover(c, read)
    c.limitedBy = limitedBy
    if (length > end - at) c.runOut('nhrp.ext.len', length, at, end)
    c.at = at + length
    c.end = end
    c.absent = absent
    found.push(read)
    if (witness !== undefined) witness.close(c.at, titleOf(codec, read, type))
    if (length === 0 && type < usual.length) empties[4 * type + headNumber] = { codec, extension: read }
    return codec
  }

  return {
    fields: [
      head,
      leftover,
      superfluous,
      extra,
      unfinished,
      odd,
      ...unrecognised.fields,
      ...codecs.flatMap(each => each.fields),
    ],

    walk(c, sourceLength) {
      const found: Extension[] = []
      while (c.left > 0) {
        const { witness } = c
        if (witness !== undefined) witness.open('Extension', c.at)
        const { compulsory, reserved, type, length } = head.read(c.view, c.pass(head))
        const headNumber = (compulsory ? 2 : 0) + (reserved ? 1 : 0)
        const isEmpty = length === 0 && type < usual.length && witness === undefined
        const empty = isEmpty ? empties[4 * type + headNumber] : undefined
        if (empty !== undefined) found.push(empty.extension)
        const codec = empty === undefined ? walkValue(c, type, length, headNumber, sourceLength, found) : empty.codec
        if (codec === closing) return found
      }
      c.note(unfinished, 'No End extension')
      return found
    },

    walkAfterEnd(c) {
      if (c.left === 0) return nothing
      c.note(extra, `Unknown Data (${c.left} bytes)`, c.at, c.left)
      return c.takeRest(superfluous)
    },

    size(list) {
      let size = 0
      for (let i = 0; i < list.length; i++) {
        const one = list[i]!
        size += head.size + values.size(one)
        if (one.leftover !== undefined) size += one.leftover.length
      }
      return size
    },

    write(w, list) {
      for (let i = 0; i < list.length; i++) {
        const one = list[i]!
        const at = w.pass(head)
        const type = values.write(w, one)
        if (one.leftover !== undefined) w.putBytes(one.leftover)
        const length = w.at - at - head.size
        head.write(w.view, at, { compulsory: one.compulsory, reserved: one.reserved, type, length })
      }
    },
  }
}

interface Empty {
  readonly codec: AnyExtensionCodec
  readonly extension: Extension
}

function takeLeftover(c: PacketCursor, read: Extension): Extension {
  c.note(odd, `${c.left} octets too many`, c.at, c.left)
  return { ...read, leftover: c.takeRest(leftover) }
}

function titleOf(codec: AnyExtensionCodec, read: Extension, type: number): string {
  const title = codec === unrecognised ? `Unknown (${type})` : codec.label
  const more = codec.title?.(read)
  return more === undefined ? title : `${title}: ${more}`
}

/** What extensions say of themselves, all there is: one less to make for every extension. */
const heads: readonly ExtensionHead[] = [false, true].flatMap(compulsory =>
  [false, true].map(reserved => ({ compulsory, reserved })),
)

const nothing = new Uint8Array(0)
const noCodecs: readonly AnyExtensionCodec[] = []
