/** What reading and writing key files gives, whatever their form. */
import type { SecurityAssociation } from '../association.ts'

export type KeyFormat = 'wireshark' | 'ip-xfrm' | 'strongswan' | 'list'

/** What is wrong, and where: line and column count from 1. */
export interface KeyProblem {
  readonly line: number
  readonly column: number
  readonly message: string
}

/** What a file says. Lines with problems give no association; the others are not harmed by them. */
export interface KeyFile {
  readonly format: KeyFormat | undefined
  readonly associations: readonly SecurityAssociation[]
  readonly problems: readonly KeyProblem[]
}

/** A file's text, and the associations that its form has no words for. */
export interface WrittenKeys {
  readonly text: string
  readonly left: readonly LeftOut[]
}

export interface LeftOut {
  readonly association: SecurityAssociation
  readonly because: string
}

/** How a reader leaves a line it cannot use: thrown and caught within this folder. */
export class KeyProblemFound {
  readonly line: number
  readonly column: number
  readonly message: string

  constructor(line: number, column: number, message: string) {
    this.line = line
    this.column = column
    this.message = message
  }
}

/** Runs a reader of one line or block, keeping the problem it finds. */
export function keeping(problems: KeyProblem[], read: () => void): void {
  try {
    read()
  } catch (found) {
    if (!(found instanceof KeyProblemFound)) throw found
    const { line, column, message } = found
    problems.push({ line, column, message })
  }
}
