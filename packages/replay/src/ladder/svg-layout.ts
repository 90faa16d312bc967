/** Where things stand on a drawn ladder: columns far enough apart that no words run into their neighbours'. */
import { headingOf, type Ladder, type LadderRow } from './ladder.ts'

/** Pixels; the baseline grid of a row has two lines of words and an arrow below them. */
export const fontSize = 13
export const smallSize = 11
export const rowHeight = 46
export const lineHeight = 15
const margin = 24
/** Room for time and frame number, to the left of the first station. */
const numbersWidth = 150
const padding = 16
const leastGap = 170

export interface SvgLayout {
  readonly width: number
  readonly height: number
  /** Where each station's line is, from the left. */
  readonly centres: readonly number[]
  /** Half the width of each heading. */
  readonly halves: readonly number[]
  readonly headingTop: number
  readonly headingHeight: number
  /** Where the first row begins, from the top. */
  readonly rowsTop: number
  readonly numbersRight: number
}

/** Lays out a ladder, of which `footer` lines are written below. */
export function layOut(ladder: Ladder, title: string, footer: number): SvgLayout {
  const { stations, rows } = ladder
  const headings = stations.map(headingOf)
  const halves = headings.map(lines => Math.max(44, ...lines.map(line => widthOf(line, fontSize) / 2 + padding)))
  const gaps = gapsOf(rows, halves)
  const first = margin + numbersWidth + (halves[0] ?? 0)
  const centres: number[] = []
  for (let i = 0, x = first; i < stations.length; i++) {
    centres.push(Math.round(x))
    x += gaps[i] ?? 0
  }
  const last = centres.length - 1
  // Words of a row whose receiver nobody knows stand to the right of its sender.
  const overhang = rows.reduce((most, row) => {
    return row.to !== undefined && row.to !== row.from
      ? most
      : Math.max(most, centres[row.from]! + wordsWidth(row) + 16)
  }, 0)
  const right = Math.max(first, last < 0 ? 0 : centres[last]! + halves[last]!, overhang)
  const headingTop = margin + (title === '' ? 0 : 30)
  const headingHeight = 12 + lineHeight * headings.reduce((most, { length }) => Math.max(most, length), 1)
  const rowsTop = headingTop + headingHeight + 14
  const height = rowsTop + rows.length * rowHeight + headingHeight + 14 + footer * lineHeight + margin
  const width = Math.ceil(Math.max(right + margin, margin * 2 + widthOf(title, 16), 480))
  return {
    width,
    height,
    centres,
    halves,
    headingTop,
    headingHeight,
    rowsTop,
    numbersRight: margin + numbersWidth - 14,
  }
}

/** The words of a row, above its arrow: the second line is smaller. */
export function linesOf({ title, detail, marks }: LadderRow): readonly [upper: string, lower: string] {
  return [title, [...(detail === '' ? [] : [detail]), ...marks].join(' · ')]
}

/** Distances between neighbours: what stands over one gap widens it, what stands over several widens them all. */
function gapsOf(rows: readonly LadderRow[], halves: readonly number[]): readonly number[] {
  const gaps = halves.slice(1).map((half, i) => Math.max(leastGap, half + halves[i]! + padding))
  const spans = rows
    .filter(({ from, to }) => to !== undefined && to !== from)
    .map(row => ({ low: Math.min(row.from, row.to!), high: Math.max(row.from, row.to!), width: wordsWidth(row) + 28 }))
    .sort((a, b) => a.high - a.low - (b.high - b.low))
  for (const { low, high, width } of spans) {
    let has = 0
    for (let i = low; i < high; i++) has += gaps[i]!
    const missing = (width - has) / (high - low)
    if (missing > 0) for (let i = low; i < high; i++) gaps[i]! += missing
  }
  return gaps
}

function wordsWidth(row: LadderRow): number {
  const [upper, lower] = linesOf(row)
  return Math.max(widthOf(upper, fontSize, true), widthOf(lower, smallSize))
}

/** Wide letters of sans-serif fonts, as parts of the font's size; a little more than they take, for other fonts. */
export function widthOf(text: string, size: number, bold = false): number {
  let width = 0
  for (const character of text) {
    if (/[ijl.,:;|'!()[\]/ ft]/.test(character)) width += 0.38
    else if (/[mwMW@%→×✕]/.test(character)) width += 0.96
    else if (/[A-Z]/.test(character)) width += 0.7
    else width += 0.62
  }
  return width * size * (bold ? 1.1 : 1)
}
