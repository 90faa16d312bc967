/** The one folder a campaign writes to. */
import { mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'

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
    if (place === this.path || !isInside(this.path, place)) throw new RangeError(`${name} leads out of --out`)
    return place
  }

  /** A folder in the folder. Throws RangeError where a link leads out of it. */
  folder(name: string): string {
    const place = this.place(name)
    mkdirSync(place, { recursive: true })
    if (!isInside(realpathSync(this.path), realpathSync(place))) throw new RangeError(`${name} leads out of --out`)
    return place
  }

  /** Writes a file whole or not at all: whoever stops us in between finds the one before. */
  write(name: string, content: Uint8Array | string): string {
    const place = this.place(name)
    if (dirname(place) !== this.path) this.folder(relative(this.path, dirname(place)))
    // Neither a link in its place nor one in the place of its part is followed.
    rmSync(`${place}.part`, { force: true })
    writeFileSync(`${place}.part`, content, { flag: 'wx' })
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

function isInside(folder: string, place: string): boolean {
  const inside = relative(folder, place)
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}
