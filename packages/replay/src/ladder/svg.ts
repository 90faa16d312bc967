/** A ladder as one SVG file with nothing outside of it: light background, fonts every system has, colours with shapes. */
import { writeXmlText } from '@dmvpn/dissect'
import type { Sink } from '@dmvpn/wire'
import { visible } from '../report/presentable.ts'
import { headingOf, type Ladder, type LadderRow, type LadderTone, leftText, timeText } from './ladder.ts'
import { layOut, lineHeight, linesOf, rowHeight, type SvgLayout } from './svg-layout.ts'

/** Writes the ladder; the title stands above it, where there is one. */
export function writeLadderSvg(s: Sink, ladder: Ladder, title = ''): void {
  const footer = leftText(ladder)
  const layout = layOut(ladder, title, footer === '' ? 0 : 1)
  const { width, height, headingTop, headingHeight, rowsTop } = layout
  const { stations, rows } = ladder
  s.text(`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" `)
  s.text(`viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">\n`)
  element(s, 'title', 'id="title"', title === '' ? 'Ladder diagram of a DMVPN exchange' : title)
  s.text(`<style>${style}</style>\n<defs>\n`)
  for (const tone of tones) s.text(marker(tone))
  s.text('</defs>\n')
  s.text(`<rect width="${width}" height="${height}" fill="#ffffff"/>\n`)
  if (title !== '') element(s, 'text', 'x="24" y="38" class="name"', title)
  const bottom = rowsTop + rows.length * rowHeight
  stations.forEach((station, i) => {
    const x = layout.centres[i]!
    s.text(`<line x1="${x}" y1="${headingTop + headingHeight}" x2="${x}" y2="${bottom + 14}" class="life"/>\n`)
    writeHeading(s, headingOf(station), x, headingTop, layout, i)
    writeHeading(s, headingOf(station), x, bottom + 14, layout, i)
  })
  rows.forEach((row, i) => writeRow(s, row, rowsTop + i * rowHeight, layout))
  if (rows.length === 0) element(s, 'text', `x="24" y="${rowsTop}"`, 'No NHRP and no tunnel in this capture.')
  if (footer !== '') element(s, 'text', `x="24" y="${height - 20}" class="small"`, footer)
  s.text('</svg>\n')
}

const colours: Readonly<Record<LadderTone, string>> = {
  request: '#1d4e9e',
  reply: '#1a7340',
  refusal: '#b3261e',
  indication: '#7a3e9d',
  broken: '#b3261e',
  data: '#5f6b7a',
}
const tones = Object.keys(colours) as LadderTone[]

const dashes: Readonly<Partial<Record<LadderTone, string>>> = { reply: '7 4', refusal: '7 4', data: '2 4' }

const style = [
  'text{font-family:"DejaVu Sans",Verdana,"Segoe UI",Helvetica,Arial,sans-serif;font-size:13px;fill:#1c2430}',
  '.small{font-size:11px;fill:#4a5563}',
  '.name{font-size:16px;font-weight:bold}',
  '.bold{font-weight:bold}',
  '.mid{text-anchor:middle}',
  '.end{text-anchor:end}',
  // Words stand on the stations' lines: a rim in the background's colour keeps them readable.
  '.on{paint-order:stroke;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round}',
  '.life{stroke:#b8c0cc;stroke-width:1.5}',
  '.box{fill:#f3f6fa;stroke:#8793a3}',
].join('')

function marker(tone: LadderTone): string {
  const head = `<marker id="${tone}" viewBox="0 0 10 10" refX="9.5" refY="5" markerWidth="9" markerHeight="9" `
  return `${head}orient="auto-start-reverse"><path d="M0 0.8 10 5 0 9.2z" fill="${colours[tone]}"/></marker>\n`
}

function writeHeading(s: Sink, lines: readonly string[], x: number, top: number, layout: SvgLayout, i: number): void {
  const half = layout.halves[i]!
  const { headingHeight } = layout
  s.text(`<rect x="${r(x - half)}" y="${top}" width="${r(2 * half)}" height="${headingHeight}" rx="5" class="box"/>\n`)
  const first = top + (headingHeight - lines.length * lineHeight) / 2 + 12
  lines.forEach((line, at) => {
    const kind = at === 0 ? 'mid bold' : 'mid'
    element(s, 'text', `x="${x}" y="${r(first + at * lineHeight)}" class="${kind}"`, line)
  })
}

function writeRow(s: Sink, row: LadderRow, top: number, layout: SvgLayout): void {
  const { centres, numbersRight } = layout
  const { tone, from, to, frame, lastFrame } = row
  const y = top + rowHeight - 6
  const frames = frame === lastFrame ? `frame ${frame}` : `frames ${frame}–${lastFrame}`
  element(s, 'text', `x="${numbersRight}" y="${y - 12}" class="end"`, `${timeText(row.time, 3)} s`)
  element(s, 'text', `x="${numbersRight}" y="${y + 3}" class="end small"`, frames)
  const [upper, lower] = linesOf(row)
  const start = centres[from]!
  const arrow = to !== undefined && to !== from
  const end = arrow ? centres[to]! : start
  const x = arrow ? r((start + end) / 2) : start + 12
  const kind = arrow ? 'on mid' : 'on'
  const [upperY, lowerY] = lower === '' ? [y - 7, y] : [y - 21, y - 7]
  element(s, 'text', `x="${x}" y="${upperY}" class="${kind} bold" style="fill:${colours[tone]}"`, upper)
  if (lower !== '') element(s, 'text', `x="${x}" y="${lowerY}" class="${kind} small"`, lower)
  if (arrow) writeArrow(s, row, start, end, y)
  else s.text(`<circle cx="${start}" cy="${y - 14}" r="4.5" fill="${colours[tone]}"/>\n`)
}

function writeArrow(s: Sink, { tone, lost }: LadderRow, start: number, end: number, y: number): void {
  const colour = colours[tone]
  const dash = dashes[tone]
  const dashed = dash === undefined ? '' : ` stroke-dasharray="${dash}"`
  const step = Math.sign(end - start)
  // A question without an answer is crossed out before it arrives.
  const tip = lost ? end - 14 * step : end
  const head = lost ? '' : ` marker-end="url(#${tone})"`
  s.text(
    `<line x1="${start}" y1="${y}" x2="${tip}" y2="${y}" stroke="${colour}" stroke-width="1.6"${dashed}${head}/>\n`,
  )
  if (!lost) return
  const cross = `M${tip - 5} ${y - 5}l10 10m0 -10l-10 10`
  s.text(`<path d="${cross}" stroke="${colours.refusal}" stroke-width="2.2" fill="none"/>\n`)
}

function element(s: Sink, name: string, attributes: string, text: string): void {
  s.text(`<${name} ${attributes}>`)
  writeXmlText(s, visible(text))
  s.text(`</${name}>\n`)
}

/** Half pixels are enough. */
function r(value: number): number {
  return Math.round(value * 2) / 2
}
