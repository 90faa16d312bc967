import type { Settings } from '@dmvpn/core'
import type { Block } from './command.ts'
import { globalMode } from './commands/global.ts'
import { draftOf } from './draft-of.ts'
import { scopeOf } from './modes.ts'

/**
 * The configuration that says these settings, as `show running-config` prints it, keys and passwords included.
 * Reading it gives the settings back. What IOS has no command for stands in comments that begin with `!dmvpn`.
 */
export function printIos(settings: Settings): string {
  const lines: string[] = []
  let alone = false
  for (const block of scopeOf(globalMode, draftOf(settings), '').print()) {
    // As IOS does: a mark around every section, none between single lines.
    if (lines.length > 0 && !(alone && block.inside.length === 0)) lines.push('!')
    write(block, 0, lines)
    alone = block.inside.length === 0
  }
  return `${[...lines, '!', 'end'].join('\n')}\n`
}

function write({ line, inside }: Block, depth: number, lines: string[]): void {
  // A comment at the margin stays one; what it says is the mode's it stands in.
  lines.push(' '.repeat(depth) + line)
  for (const each of inside) write(each, depth + 1, lines)
}
