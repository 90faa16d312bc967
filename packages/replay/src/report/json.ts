/** A judgement as JSON, for programs: its shape is `report.schema.json`. */
import type { Sink } from '@dmvpn/wire'
import { countsOf, type Judgement } from '../judgement.ts'
import { presentable } from './presentable.ts'

/** Writes the judgement: one verdict, rule, station or file a line, so that two reports compare line by line. */
export function writeJson(s: Sink, judgement: Judgement): void {
  const { verdicts, rules, stations, files, remarks, unlisted } = judgement
  s.text('{')
  writeList(s, 'verdicts', verdicts, presentable)
  s.text(',')
  if (unlisted !== undefined) s.text(`\n  "unlisted": ${JSON.stringify(unlisted)},`)
  writeList(s, 'remarks', remarks, remark => remark)
  s.text(',')
  writeList(s, 'rules', rules, rule => ({ ...rule, ...countsOf(judgement, rule.id) }))
  s.text(',')
  writeList(s, 'stations', stations, station => station)
  s.text(',')
  writeList(s, 'files', files, file => file)
  s.text('\n}\n')
}

function writeList<T>(s: Sink, name: string, list: readonly T[], shown: (each: T) => object): void {
  s.text(`\n  "${name}": [`)
  list.forEach((each, index) => s.text(`${index === 0 ? '' : ','}\n    ${JSON.stringify(shown(each))}`))
  s.text(list.length === 0 ? ']' : '\n  ]')
}
