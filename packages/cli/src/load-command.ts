/** The command's own code, where it is not bundled: tools/bundle.mjs puts load-kept-command.ts in the place of this. */

import type * as Command from './index.ts'

/** What `main.ts` needs of the command, and what to do when it has ended well. */
export interface LoadedCommand {
  readonly command: typeof Command
  /** Keeps what was compiled, where that is done. */
  readonly keep: () => void
  /** The script of a thread that works for it, where there is one. */
  readonly worker?: string
}

/** Loads the command. */
export async function loadCommand(): Promise<LoadedCommand> {
  return { command: await import('./index.ts'), keep: () => {} }
}
