/** Two lists put side by side: the longest common subsequence, Myers' O(ND) way (1986). */

/** Places in the first and in the second list that belong together, ascending in both. */
export type Matches = readonly (readonly [a: number, b: number])[]

/** Differences up to which the best alignment is looked for; two lists that differ more have little in common. */
const mostDifferences = 1000

/** Aligns equal numbers. Lists too different to be worth it are aligned at their beginnings and ends alone. */
export function align(a: readonly number[], b: readonly number[]): Matches {
  let head = 0
  const least = Math.min(a.length, b.length)
  while (head < least && a[head] === b[head]) head++
  let tail = 0
  while (tail < least - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++
  const matches: [number, number][] = []
  for (let i = 0; i < head; i++) matches.push([i, i])
  matches.push(...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail), head))
  for (let i = tail; i > 0; i--) matches.push([a.length - i, b.length - i])
  return matches
}

function middle(a: readonly number[], b: readonly number[], head: number): [number, number][] {
  if (a.length === 0 || b.length === 0) return []
  const reach: Int32Array[] = []
  const most = Math.min(a.length + b.length, mostDifferences)
  const offset = most + 1
  const furthest = new Int32Array(2 * most + 3)
  for (let d = 0; d <= most; d++) {
    // What was reached with fewer differences: of it only the diagonals -d to d are looked at when the way is read back.
    reach.push(furthest.slice(offset - d, offset + d + 1))
    for (let k = -d; k <= d; k += 2) {
      const at = offset + k
      const down = k === -d || (k !== d && furthest[at - 1]! < furthest[at + 1]!)
      let x = down ? furthest[at + 1]! : furthest[at - 1]! + 1
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++
      furthest[at] = x
      if (x >= a.length && x - k >= b.length) return back(reach, a.length, b.length, d, head)
    }
  }
  return []
}

/** Reads the way back from the end: its diagonal steps are what is equal. */
function back(reach: readonly Int32Array[], endA: number, endB: number, differences: number, head: number) {
  const matches: [number, number][] = []
  let x = endA
  let y = endB
  for (let d = differences; d >= 0; d--) {
    const before = reach[d]!
    const reached = (k: number): number => before[k + d] ?? 0
    const k = x - y
    const down = d === 0 || k === -d || (k !== d && reached(k - 1) < reached(k + 1))
    const beforeX = d === 0 ? 0 : down ? reached(k + 1) : reached(k - 1) + 1
    while (x > beforeX && y > 0) matches.push([head + --x, head + --y])
    if (d === 0) break
    if (down) y--
    else x--
  }
  return matches.reverse()
}
