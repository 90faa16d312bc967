/**
 * Functions made at run time of what is known by then: a call that goes to any of many functions costs as much as many of
 * those functions do, and one that always goes to the same is none, for the engine puts the function's code there. Only
 * descriptions of this project and its users' protocols are ever compiled, never anything of a packet.
 */

export interface CompileOptions {
  /** As where code generation is forbidden: the caller does without. */
  readonly interpreted?: boolean
}

/**
 * The function that `source` is an expression of, in which the names in `bound` stand for their values; `name` is what
 * profiles and stacks call the place. Undefined where code generation is forbidden, by a content security policy say.
 */
export function compile<F>(
  name: string,
  bound: Readonly<Record<string, unknown>>,
  source: string,
  { interpreted }: CompileOptions = {},
): F | undefined {
  if (interpreted === true || !codeGenerationAllowed()) return undefined
  const url = name.replaceAll(/[^\w./-]/g, '_')
  // oxlint-disable-next-line no-new-func, no-implied-eval -- the whole point: see the head of this file
  const made = new Function(...Object.keys(bound), `'use strict'; return ${source}\n//# sourceURL=compiled/${url}`)
  return made(...Object.values(bound)) as F
}

let mayCompile: boolean | undefined

/** Whether this runtime lets code be generated; asked once. */
export function codeGenerationAllowed(): boolean {
  if (mayCompile === undefined) {
    try {
      // oxlint-disable-next-line no-new-func, no-implied-eval -- the question itself
      mayCompile = new Function('return true')() === true
    } catch {
      mayCompile = false
    }
  }
  return mayCompile
}
