/** How a run ends, and what is said where it does not end well. */

export const exitCode = {
  /** Read to the end. */
  done: 0,
  /** A capture that is cut or damaged; with `--strict` also a faulty packet. */
  damaged: 1,
  /** The command line is wrong. */
  usage: 2,
  /** Something cannot be read or written. */
  unreadable: 3,
  /** Ctrl-C: what was read until then has been printed. As shells have it, 128 and the signal's number. */
  interrupted: 130,
} as const

export type ExitCode = (typeof exitCode)[keyof typeof exitCode]

/** A mistake of the user's: one sentence, no stack. */
export class CommandError extends Error {
  readonly exitCode: ExitCode

  constructor(message: string, code: ExitCode = exitCode.usage) {
    super(message)
    this.name = 'CommandError'
    this.exitCode = code
  }
}

/** What the system says of a file, in words. */
export function describeSystemError(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return systemErrors[error.code] ?? error.message
}

const systemErrors: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EACCES: 'permission denied',
  EEXIST: 'is there already',
  EISDIR: 'is a directory',
  ENOTDIR: 'what should be a folder is a file',
  ENAMETOOLONG: 'the name is too long',
  EMFILE: 'too many open files',
  ENOSPC: 'no space left',
  EIO: 'input/output error',
}
