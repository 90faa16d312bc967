/** `-Y`: which packets are meant. */
import { compileFilter, type Filter, FilterError } from '@dmvpn/dissect'
import type { Stack } from '@dmvpn/protocols'
import { CommandError } from '../exit-code.ts'

/** The filter of an option, checked before a file is opened. Throws CommandError where it is wrong. */
export function filterOf(text: string | undefined, stack: Stack): Filter | undefined {
  if (text === undefined) return undefined
  try {
    return compileFilter(stack, text)
  } catch (error) {
    if (error instanceof FilterError) throw new CommandError(`-Y: ${error.message}`)
    throw error
  }
}
