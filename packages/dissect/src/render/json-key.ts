/** Keys of JSON objects, ready to be copied: line break, indentation, name in quotes, colon. */
import { Literal, type Row } from '@dmvpn/wire'
import { bareTitle } from '../node-facts.ts'
import { type RowWriter, rowWriterOf } from '../row-writer.ts'

/** A key at each depth, made when it is first needed. */
class Keys {
  private readonly made: (Literal | undefined)[] = []
  private readonly text: string
  private readonly compact: boolean

  constructor(name: string, compact: boolean) {
    this.text = JSON.stringify(name)
    this.compact = compact
  }

  at(depth: number): Literal {
    return (this.made[depth] ??= new Literal(this.compact ? `${this.text}:` : `\n${'  '.repeat(depth)}${this.text}: `))
  }
}

export class JsonKey {
  /** Where this key was last met; the renderer's own business. */
  place = -1
  private readonly owns: Keys
  private readonly name: string
  private readonly compact: boolean
  private trees: Keys | undefined = undefined
  private raws: Keys | undefined = undefined

  constructor(name: string, compact: boolean) {
    this.name = name
    this.compact = compact
    this.owns = new Keys(name, compact)
  }

  /** The key at a depth. */
  own(depth: number): Literal {
    return this.owns.at(depth)
  }

  /** The key of what is below the value. */
  tree(depth: number): Literal {
    this.trees ??= new Keys(`${this.name}_tree`, this.compact)
    return this.trees.at(depth)
  }

  /** The key of the octets. */
  raw(depth: number): Literal {
    this.raws ??= new Keys(`${this.name}_raw`, this.compact)
    return this.raws.at(depth)
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
  private readonly compact: boolean

  constructor(secrets: boolean, compact: boolean) {
    this.secrets = secrets
    this.compact = compact
  }

  of(about: About): JsonItem {
    return this.byAbout.get(about) ?? this.make(about)
  }

  private make(about: About): JsonItem {
    if (this.byAbout.size >= most) {
      this.byAbout.clear()
      this.byName.clear()
    }
    const name = typeof about === 'string' ? bareTitle(about) : about.name
    const key = this.byName.get(name) ?? new JsonKey(name, this.compact)
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
