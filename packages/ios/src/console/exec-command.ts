/** A command of a router's console, and what it has the console do. */
import type { Instant, Order, RouterState } from '@dmvpn/core'
import { type ErasedValues, type Values, type Variant, variantsOf } from '../pattern.ts'

/** What can be debugged. */
export type Debugged = 'nhrp' | 'nhrp packet'

/** What a command has the console do. */
export type Answer =
  | { readonly answer: 'lines'; readonly lines: readonly string[] }
  | { readonly answer: 'order'; readonly order: Order }
  | { readonly answer: 'debug'; readonly what: Debugged | 'all'; readonly on: boolean }
  | { readonly answer: 'debugging' }
  | { readonly answer: 'configure'; readonly interface: string | undefined }
  | { readonly answer: 'leave' }
  /** The word in this place names nothing here. */
  | { readonly answer: 'unknown'; readonly word: number }

/** The router a command is about, and the time. */
export interface Scene {
  readonly router: RouterState
  readonly now: Instant
}

export interface ExecCommand {
  readonly variants: readonly Variant[]
  /** Whether it needs a router that is switched on. */
  readonly asksRouter: boolean
  run(scene: Scene, values: ErasedValues): Answer
}

/** A command by its pattern. */
export function exec<const Pattern extends string>(
  pattern: Pattern,
  run: (scene: Scene, values: Values<Pattern>) => Answer | readonly string[],
): ExecCommand {
  return {
    variants: variantsOf(pattern),
    asksRouter: true,
    run: (scene, values) => {
      const answer = run(scene, values as unknown as Values<Pattern>)
      return 'answer' in answer ? answer : { answer: 'lines', lines: answer }
    },
  }
}

/** A command about the console alone, which does with a router that is switched off. */
export function aside(pattern: string, answer: Answer): ExecCommand {
  return { variants: variantsOf(pattern), asksRouter: false, run: () => answer }
}
