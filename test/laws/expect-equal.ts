/** Structural equality, quickly: a law asks it a hundred thousand times, and wants to see a difference once. */
import { isDeepStrictEqual } from 'node:util'
import { expect } from 'vitest'

/** Fails with the difference where two values are not the same. */
export function expectEqual(got: unknown, wanted: unknown, about?: string): void {
  if (!isDeepStrictEqual(got, wanted)) expect(got, about).toStrictEqual(wanted)
}
