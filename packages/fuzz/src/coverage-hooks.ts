/**
 * Module hooks that load a second, counting copy of our own modules beside the usual one: whoever is imported with the
 * mark passes it on to all of ours that it imports, and those that are to be counted get their counters. Runs in Node's
 * own thread for hooks.
 */
import { readFileSync } from 'node:fs'
import type { InitializeHook, LoadHook, ResolveHook } from 'node:module'
import { fileURLToPath } from 'node:url'
import { createInstrumenter, type Instrumenter } from 'istanbul-lib-instrument'
import { mark } from './coverage-mark.ts'

export interface HookOptions {
  /** Beginnings of the addresses that get counters. */
  readonly counted: readonly string[]
  /** The global variable the counters are in. */
  readonly variable: string
}

let counted: readonly string[] = []
let instrumenter: Instrumenter | undefined

export const initialize: InitializeHook<HookOptions> = options => {
  counted = options.counted
  instrumenter = createInstrumenter({ esModules: true, compact: true, coverageVariable: options.variable })
}

export const resolve: ResolveHook = async (specifier, context, next) => {
  const resolved = await next(specifier, context)
  const isOurs = specifier.startsWith('.') || specifier.startsWith('@dmvpn/')
  if (context.parentURL?.endsWith(mark) !== true || !isOurs || !resolved.url.startsWith('file:')) return resolved
  // Of a package the modules, not the bundle of them: counters are kept file by file.
  const url = specifier.startsWith('.') ? resolved.url : resolved.url.replace(/\/bundle\.js$/, '/index.js')
  return { ...resolved, url: url + mark }
}

export const load: LoadHook = async (url, context, next) => {
  if (!url.endsWith(mark)) return next(url, context)
  const path = fileURLToPath(url.slice(0, -mark.length))
  const source = readFileSync(path, 'utf8').replace(/^\/\/# sourceMappingURL=.*$/m, '')
  const isCounted = instrumenter !== undefined && counted.some(start => url.startsWith(start))
  const text = isCounted ? instrumenter!.instrumentSync(source, path) : source
  return { format: 'module', source: text, shortCircuit: true }
}
