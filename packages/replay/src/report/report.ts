/** A judgement in any of the forms there are. */
import type { Sink } from '@dmvpn/wire'
import type { Judgement } from '../judgement.ts'
import { writeJson } from './json.ts'
import { writeJunit } from './junit.ts'
import type { ReportOptions } from './report-options.ts'
import { writeSarif } from './sarif.ts'
import { writeText } from './text.ts'

/** As `--format` names them. */
export type ReportFormat = 'text' | 'json' | 'junit' | 'sarif'

export const reportFormats: readonly ReportFormat[] = ['text', 'json', 'junit', 'sarif']

/** Writes the judgement. */
export function writeReport(s: Sink, judgement: Judgement, format: ReportFormat, options: ReportOptions = {}): void {
  writers[format](s, judgement, options)
}

const writers: Readonly<Record<ReportFormat, (s: Sink, judgement: Judgement, options: ReportOptions) => void>> = {
  text: writeText,
  json: writeJson,
  junit: writeJunit,
  sarif: writeSarif,
}
