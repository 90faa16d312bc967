/** The bundled command: scripts of CommonJS below this file, run from what was compiled of them before. */
import type { work } from './commands/workers/work.ts'
import { KeptCode } from './kept-code.ts'
import type { LoadedCommand } from './load-command.ts'

/** What the scripts of this build are, as a digest: tools/bundle.mjs fills it in. */
declare const digestOfScripts: string

/**
 * Loads the command. Node 22 and later keep what was compiled themselves, in the system's temporary folder or where
 * NODE_COMPILE_CACHE says; for Node 20 the same is done here, in a folder of the user's own below that.
 */
export function loadCommand(): LoadedCommand {
  const { load, keep } = loader()
  return { command: load('./index.cjs') as LoadedCommand['command'], keep, worker: `${__dirname}/worker.cjs` }
}

/** Loads the work of a further thread. What it needs the command keeps. */
export function loadWork(): typeof work {
  return (loader().load('./work.cjs') as { readonly work: typeof work }).work
}

interface Loader {
  readonly load: (script: string) => unknown
  readonly keep: () => void
}

function loader(): Loader {
  const folder = `${__dirname}/chunks/`
  if (Number.parseInt(process.versions.node) >= 22) {
    const { enableCompileCache } = require('node:module') as { readonly enableCompileCache?: () => unknown }
    enableCompileCache?.()
  } else if (isWanted()) {
    const kept = new KeptCode(folder, digestOfScripts, require)
    return { load: script => kept.load(script), keep: () => kept.keep() }
  }
  return { load: script => require(folder + script), keep: () => {} }
}

/** Node looks for source maps of what it loads itself, and counts what runs of what it compiles. */
function isWanted(): boolean {
  const { NODE_DISABLE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env
  return (
    NODE_DISABLE_COMPILE_CACHE === undefined && NODE_V8_COVERAGE === undefined && process.sourceMapsEnabled !== true
  )
}
