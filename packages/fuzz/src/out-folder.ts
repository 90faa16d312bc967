/** The one folder a campaign writes to. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { isAbsolute, join, relative, resolve } from 'node:path'

export class OutFolder {
  readonly path: string

  /** Makes the folder where there is none. Throws what `node:fs` throws where it cannot be made. */
  constructor(path: string) {
    this.path = resolve(path)
    mkdirSync(this.path, { recursive: true })
  }

  /** The place of a file in the folder; throws RangeError for a name that leads out of it. */
  place(name: string): string {
    const place = join(this.path, name)
    const inside = relative(this.path, place)
    if (inside === '' || inside.startsWith('..') || isAbsolute(inside))
      throw new RangeError(`${name} leads out of --out`)
    return place
  }

  /** A folder in the folder. */
  folder(name: string): string {
    const place = this.place(name)
    mkdirSync(place, { recursive: true })
    return place
  }

  /** Writes a file whole or not at all: whoever stops us in between finds the one before. */
  write(name: string, content: Uint8Array | string): string {
    const place = this.place(name)
    mkdirSync(join(place, '..'), { recursive: true })
    writeFileSync(`${place}.part`, content)
    renameSync(`${place}.part`, place)
    return place
  }

  /** A file's text; undefined where there is none. */
  read(name: string): string | undefined {
    try {
      return readFileSync(this.place(name), 'utf8')
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    }
  }
}
