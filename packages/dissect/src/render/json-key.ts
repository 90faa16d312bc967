/** Keys of JSON objects, ready to be copied: line break, indentation, name in quotes, colon. */
import type { Row } from '@dmvpn/wire'
import { literal } from '../literal.ts'
import { type RowWriter, rowWriterOf } from '../row-writer.ts'

export class JsonKey {
  /** Where this key was last met; the renderer's own business. */
  place = -1
  private readonly name: string
  private readonly owns: (Uint8Array | undefined)[] = []
  private readonly trees: (Uint8Array | undefined)[] = []

  constructor(name: string) {
    this.name = name
  }

  /** The key at a depth. */
  own(depth: number): Uint8Array {
    let octets = this.owns[depth]
    if (octets === undefined) {
      octets = literal(`\n${'  '.repeat(depth)}${JSON.stringify(this.name)}: `)
      this.owns[depth] = octets
    }
    return octets
  }

  /** The key of what is below the value. */
  tree(depth: number): Uint8Array {
    let octets = this.trees[depth]
    if (octets === undefined) {
      octets = literal(`\n${'  '.repeat(depth)}${JSON.stringify(`${this.name}_tree`)}: `)
      this.trees[depth] = octets
    }
    return octets
  }
}

/** What a node is written with: its key, shared by all of its name, and for a row the writer of its value. */
export interface JsonItem {
  readonly key: JsonKey
  readonly write: RowWriter | undefined
}

/** What nodes may be about: a field, a protocol, a title. */
export type About = string | { readonly name: string }

/** Items made on demand. Titles of subtrees come from packets, so they are not kept without bound. */
export class JsonItems {
  private readonly byName = new Map<string, JsonKey>()
  private readonly byAbout = new Map<About, JsonItem>()
  private readonly secrets: boolean

  constructor(secrets: boolean) {
    this.secrets = secrets
  }

  of(about: About): JsonItem {
    return this.byAbout.get(about) ?? this.make(about)
  }

  private make(about: About): JsonItem {
    if (this.byAbout.size >= most) {
      this.byAbout.clear()
      this.byName.clear()
    }
    const name = typeof about === 'string' ? about : about.name
    const key = this.byName.get(name) ?? new JsonKey(name)
    // Strings are escaped where the export writes them.
    const direct = isRow(about) && about.type !== 'string'
    const item = { key, write: direct ? rowWriterOf(about, 'json', this.secrets) : undefined }
    this.byName.set(name, key)
    this.byAbout.set(about, item)
    return item
  }
}

const most = 32768

function isRow(about: About): about is Row {
  return typeof about === 'object' && 'path' in about && 'raw' in about
}
