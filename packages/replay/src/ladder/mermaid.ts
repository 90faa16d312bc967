/** A ladder as a Mermaid sequence diagram, which GitHub, GitLab and many wikis draw. */
import type { Sink } from '@dmvpn/wire'
import { visible } from '../report/presentable.ts'
import { headingOf, type Ladder, type LadderRow, leftText, timeText } from './ladder.ts'

/** Writes the ladder. */
export function writeLadderMermaid(s: Sink, ladder: Ladder): void {
  const { stations, rows } = ladder
  s.text('sequenceDiagram\n')
  stations.forEach((station, number) => {
    s.text(`  participant s${number} as ${headingOf(station).map(escaped).join('<br/>')}\n`)
  })
  for (const row of rows) s.text(`  ${lineOf(row)}\n`)
  const left = leftText(ladder)
  if (stations.length === 0) return
  const over = stations.length === 1 ? 's0' : `s0,s${stations.length - 1}`
  if (left !== '') s.text(`  Note over ${over}: ${escaped(left)}\n`)
}

function lineOf(row: LadderRow): string {
  const { from, to, title, detail, marks, time, frame } = row
  const lines = [`${timeText(time, 3)} s #${frame} ${title}`, ...(detail === '' ? [] : [detail])]
  if (marks.length > 0) lines.push(`(${marks.join('; ')})`)
  const words = lines.map(escaped).join('<br/>')
  if (to === undefined) return `Note over s${from}: ${words}`
  return `s${from}${arrowOf(row)}s${to}: ${words}`
}

function arrowOf({ tone, lost }: LadderRow): string {
  if (lost) return '-x'
  switch (tone) {
    case 'data':
      return '-)'
    case 'reply':
    case 'refusal':
      return '-->>'
    default:
      return '->>'
  }
}

/** Mermaid ends a statement at `;` and begins an entity at `#`; what browsers take for markup is not meant. */
function escaped(text: string): string {
  return visible(text).replaceAll(/[#;<>&"]/g, character => `#${character.charCodeAt(0)};`)
}
