/**
 * Scripts run from what V8 compiled of them before: a third of the time of a short command goes into reading source.
 * V8 trusts what it is given, so nothing is read but a file of the user's own in a folder that nobody else may touch, and
 * nothing run but what has its checksum: a disk's mistake would end every run until the file is gone.
 *
 *   +--------+------------------+-------------+-------------+
 *   | length | index, as JSON   | of a script | of another  ...
 *   +--------+------------------+-------------+-------------+
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { Script } from 'node:vm'
import { crc32 } from 'node:zlib'

/** What the file holds: octets of each script's code and their checksum, in the order they stand there. */
interface Index {
  readonly digest: string
  readonly scripts: readonly (readonly [name: string, length: number, sum: number])[]
}

type Place = readonly [at: number, length: number, sum: number]

interface Loaded {
  readonly script: Script
  readonly module: ScriptModule
}

/** As CommonJS has it. A script run so cannot import modules itself: they are imported for it. */
interface ScriptModule {
  exports: unknown
  readonly import: (name: string) => Promise<unknown>
}

/** As CommonJS has it, in one line so that positions stay what source maps say. */
const head = '(function (exports, require, module) {'
const tail = '\n})'
const lengthOctets = 4
const longestIndex = 1 << 16
/** Files that are kept: one for each installation and version of Node. */
const most = 8

export class KeptCode {
  private readonly folder: string
  private readonly digest: string
  private readonly place: string
  private readonly require: (name: string) => unknown
  private readonly file: string
  private readonly loaded = new Map<string, Loaded>()
  /** Where each script's code is in the file. */
  private readonly kept: ReadonlyMap<string, Place>
  private readonly descriptor: number | undefined
  /** Whether some script had to be compiled. */
  private news = false

  /**
   * Of the scripts in `folder`, which `digest` tells from those of other builds; `require` gives what is none of them.
   * `base` is the folder below which the file is.
   */
  constructor(folder: string, digest: string, require: (name: string) => unknown, base: string = usualBase()) {
    this.folder = folder
    this.digest = digest
    this.require = require
    this.place = join(base, `dmvpn-${process.getuid?.() ?? 'nobody'}`)
    this.file = join(this.place, `${process.version}-${process.arch}-${fingerprint(folder + process.execPath)}.code`)
    this.descriptor = openOwn(this.place, this.file)
    this.kept = this.descriptor === undefined ? new Map() : this.indexOf(this.descriptor)
  }

  /** What the script `./name` exports. */
  load(name: string): unknown {
    if (!name.startsWith('./')) return this.require(name)
    const before = this.loaded.get(name)
    if (before !== undefined) return before.module.exports
    const filename = join(this.folder, name)
    const source = `${head}${readFileSync(filename, 'utf8')}${tail}`
    const cachedData = this.codeOf(name)
    const script = new Script(source, {
      filename,
      columnOffset: -head.length,
      ...(cachedData === undefined ? {} : { cachedData }),
    })
    if (script.cachedDataRejected !== false) this.news = true
    const module: ScriptModule = { exports: {}, import: importModule }
    this.loaded.set(name, { script, module })
    const run = script.runInThisContext() as (exports: unknown, require: unknown, module: unknown) => void
    run(module.exports, this.requireScript, module)
    return module.exports
  }

  /** Keeps what has been compiled, if there is anything new in it. Where that cannot be done nobody needs to know. */
  keep(): void {
    if (!this.news) return
    try {
      for (const folder of [dirname(this.place), this.place]) if (!existsSync(folder)) mkdirSync(folder, 0o700)
      if (!isOwn(this.place)) return
      this.write()
      forgetOldest(this.place)
    } catch {
      // The next time everything is compiled again.
    }
    this.news = false
  }

  private readonly requireScript = (name: string): unknown => this.load(name)

  private write(): void {
    const codes = new Map<string, Uint8Array>()
    for (const name of this.kept.keys()) {
      const code = this.codeOf(name)
      if (code !== undefined) codes.set(name, code)
    }
    for (const [name, { script }] of this.loaded) codes.set(name, script.createCachedData())
    const index: Index = {
      digest: this.digest,
      scripts: [...codes].map(([name, code]) => [name, code.length, crc32(code)]),
    }
    const text = Buffer.from(JSON.stringify(index))
    const length = Buffer.alloc(lengthOctets)
    length.writeUInt32LE(text.length)
    const fresh = `${this.file}.${process.pid}`
    // A name that is there already is another's: nothing is followed, nothing overwritten.
    const descriptor = openSync(fresh, 'wx', 0o600)
    try {
      try {
        for (const part of [length, text, ...codes.values()]) writeAll(descriptor, part)
        fsyncSync(descriptor)
      } finally {
        closeSync(descriptor)
      }
      renameSync(fresh, this.file)
    } catch (error) {
      rmSync(fresh, { force: true })
      throw error
    }
  }

  /** The index of the file; empty where it is of another build or not whole. */
  private indexOf(descriptor: number): ReadonlyMap<string, Place> {
    const places = new Map<string, Place>()
    try {
      const length = readAt(descriptor, 0, lengthOctets)?.readUInt32LE() ?? longestIndex
      const text = length < longestIndex ? readAt(descriptor, lengthOctets, length) : undefined
      if (text === undefined) return places
      const { digest, scripts } = JSON.parse(text.toString()) as Index
      if (digest !== this.digest) return places
      let at = lengthOctets + length
      for (const [name, octets, sum] of scripts) {
        places.set(name, [at, octets, sum])
        at += octets
      }
      return at === fstatSync(descriptor).size ? places : new Map()
    } catch {
      return new Map()
    }
  }

  private codeOf(name: string): Buffer | undefined {
    const place = this.kept.get(name)
    if (place === undefined || this.descriptor === undefined) return undefined
    const [at, length, sum] = place
    const code = readAt(this.descriptor, at, length)
    return code === undefined || crc32(code) !== sum ? undefined : code
  }
}

function importModule(name: string): Promise<unknown> {
  return import(name) as Promise<unknown>
}

/** Where Node 22 has its own. Without `node:os`, which takes as long to load as all the rest of this. */
function usualBase(): string {
  const { NODE_COMPILE_CACHE, TMPDIR, TMP, TEMP } = process.env
  return NODE_COMPILE_CACHE || TMPDIR || TMP || TEMP || '/tmp'
}

/** The file to read from; undefined where there is none or it might be somebody else's. */
function openOwn(place: string, file: string): number | undefined {
  try {
    if (!isOwn(place)) return undefined
    const descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW)
    const status = fstatSync(descriptor)
    if (status.isFile() && isOurs(status) && status.nlink === 1) return descriptor
    closeSync(descriptor)
  } catch {
    // There is none.
  }
  return undefined
}

/** Whether a folder is the user's, and nobody else may touch what is in it. */
function isOwn(place: string): boolean {
  const status = lstatSync(place)
  return status.isDirectory() && isOurs(status)
}

function isOurs({ uid, mode }: { readonly uid: number; readonly mode: number }): boolean {
  return process.getuid !== undefined && uid === process.getuid() && uid === process.geteuid?.() && (mode & 0o077) === 0
}

function readAt(descriptor: number, at: number, length: number): Buffer | undefined {
  const bytes = Buffer.allocUnsafeSlow(length)
  return readSync(descriptor, bytes, 0, length, at) === length ? bytes : undefined
}

function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let from = 0; from < bytes.length; ) from += writeSync(descriptor, bytes, from)
}

/** Installations that are gone leave their files behind. */
function forgetOldest(place: string): void {
  const files = readdirSync(place).map(name => join(place, name))
  const written = new Map(files.map(file => [file, lstatSync(file).mtimeMs]))
  const newestFirst = files.toSorted((a, b) => written.get(b)! - written.get(a)!)
  for (const file of newestFirst.slice(most)) rmSync(file, { force: true })
}

/** A short name for paths (FNV-1a). Where two have the same, each keeps its own build in turn. */
function fingerprint(path: string): string {
  let hash = 0x811c9dc5
  for (let index = 0; index < path.length; index++) hash = Math.imul(hash ^ path.charCodeAt(index), 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
