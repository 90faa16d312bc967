/** A ladder for a terminal: one line for each row, arrows between the stations' lines, the words to the right. */
import type { Sink } from '@dmvpn/wire'
import { visible } from '../report/presentable.ts'
import { headingOf, type Ladder, type LadderRow, leftText, timeText } from './ladder.ts'

/** Columns between two stations at least. */
const leastGap = 16
const timeWidth = 13

/** Writes the ladder. */
export function writeLadderText(s: Sink, ladder: Ladder): void {
  const { stations, rows } = ladder
  const headings = stations.map(station => headingOf(station).map(visible))
  const gap = headings.flat().reduce((most, { length }) => Math.max(most, length + 2), leastGap)
  const centres = stations.map((_, index) => Math.floor(gap / 2) + index * gap)
  const width = gap * stations.length
  const frameWidth = rows.reduce((most, row) => Math.max(most, framesOf(row).length), 5)
  const lines = headings.reduce((most, { length }) => Math.max(most, length), 0)
  for (let line = 0; line < lines; line++) {
    const texts = headings.map(each => each[line] ?? '')
    const title = line < lines - 1 ? '' : `${'time'.padStart(timeWidth)}  frame`
    s.text(
      `${title.padEnd(timeWidth + frameWidth + 3)}${texts.map(text => centred(text, gap)).join('')}`.trimEnd(),
    ).byte(newline)
  }
  for (const row of rows) {
    const numbers = `${timeText(row.time, 6).padStart(timeWidth)}  ${framesOf(row).padEnd(frameWidth)} `
    s.text(`${numbers}${lanes(row, centres, width)} ${visible(wordsOf(row))}\n`)
  }
  const left = leftText(ladder)
  if (left !== '') s.text(`(${left})\n`)
  if (rows.length === 0) s.text('No NHRP and no tunnel in this capture.\n')
}

const newline = 0x0a

/** What a row says, its relations in brackets. */
export function wordsOf({ title, detail, marks }: LadderRow): string {
  const said = detail === '' ? title : `${title}, ${detail}`
  return marks.length === 0 ? said : `${said} [${marks.join('; ')}]`
}

function framesOf({ frame, lastFrame }: LadderRow): string {
  return frame === lastFrame ? String(frame) : `${frame}–${lastFrame}`
}

function centred(text: string, width: number): string {
  const before = Math.floor((width - text.length + 1) / 2)
  return `${' '.repeat(Math.max(0, before))}${text}`.padEnd(width)
}

function lanes({ from, to, tone, lost }: LadderRow, centres: readonly number[], width: number): string {
  const cells = Array.from({ length: width }, () => ' ')
  for (const centre of centres) cells[centre] = '│'
  const start = centres[from]!
  if (to === undefined || to === from) {
    cells[start] = '●'
    return cells.join('')
  }
  const end = centres[to]!
  const step = Math.sign(end - start)
  const line = tone === 'data' ? '┄' : tone === 'reply' || tone === 'refusal' ? '╌' : '─'
  for (let at = start + step; at !== end; at += step) cells[at] = line
  cells[end - step] = lost ? '✕' : step > 0 ? '▶' : '◀'
  return cells.join('')
}
