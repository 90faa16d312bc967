/** What is left of octets of which nothing is known when all is taken away that the broken law does not need. */
import type { FuzzCase } from './fuzz-case.ts'
import type { AnyJudge, Minimal, MinimiseOptions } from './minimise.ts'
import { longestFile } from './mutate-file.ts'
import { nothing, spliced } from './mutate-octets.ts'

/** The smallest case found that breaks `law`: runs of octets are left out, then those that remain become zeros. */
export async function minimiseOctets(
  input: FuzzCase,
  law: string,
  judge: AnyJudge,
  { attempts = 5000, isStopped = () => false }: MinimiseOptions = {},
): Promise<Minimal> {
  let asked = 0
  const breaks = async (bytes: Uint8Array): Promise<boolean> =>
    asked++ < attempts && (await judge({ ...input, bytes }))?.law === law && !isStopped()
  let { bytes } = input
  const reduce = async (change: (from: number, to: number) => Uint8Array | undefined): Promise<void> => {
    for (let size = Math.ceil(bytes.length / 2); size > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let end = bytes.length; end > 0; end -= size) {
        const next = change(Math.max(0, end - size), end)
        if (next !== undefined && (await breaks(next))) bytes = next
      }
    }
  }
  await reduce((from, to) => spliced(bytes, from, to - from, nothing, longestFile))
  await reduce((from, to) =>
    bytes.subarray(from, to).some(octet => octet !== 0) ? zeroed(bytes, from, to) : undefined,
  )
  const smallest = { ...input, bytes }
  return { input: smallest, base: input, changed: [] }
}

function zeroed(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return bytes.slice().fill(0, from, to)
}
