/** Several tests asked of one frame. */
import type { Test } from './compile.ts'

export class Tests {
  private readonly tests: readonly Test[]
  private readonly answers: boolean[]

  constructor(tests: readonly Test[]) {
    this.tests = tests
    this.answers = tests.map(() => false)
  }

  /** What they answer for the present frame: an array for all frames, so that none costs one. */
  ask(): readonly boolean[] {
    const { tests, answers } = this
    for (let i = 0; i < tests.length; i++) answers[i] = tests[i]!()
    return answers
  }
}
