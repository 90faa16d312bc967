/** `dmvpn stats --esp`: every association of ESP and AH, with its verdicts and what its sequence numbers say. */
import type { Statistic } from '@dmvpn/dissect'
import { type AssociationReport, type IpsecSession, reportOf, verdicts, verdictText } from '@dmvpn/ipsec'
import type { Sink } from '@dmvpn/wire'

/** An association, and the file it was seen in: frames are counted in each file anew. */
export interface FileAssociation extends AssociationReport {
  readonly file: string
}

export class EspStatistic implements Statistic {
  readonly name = 'esp'
  private readonly followed: { readonly file: string; readonly session: IpsecSession }[] = []

  /** Counts what another file's session finds. */
  follow(file: string, session: IpsecSession): void {
    this.followed.push({ file, session })
  }

  take(): void {}

  /** One report for each association, in order of appearance. */
  report(): readonly FileAssociation[] {
    return this.followed.flatMap(({ file, session }) => session.records.map(each => ({ file, ...reportOf(each) })))
  }

  write(s: Sink): void {
    const reports = this.report()
    const packets = reports.reduce((sum, each) => sum + each.packets, 0)
    s.text(`ESP and AH: ${counted(reports.length, 'association')}, ${counted(packets, 'packet')}\n`)
    for (const each of reports) writeReport(s, each, this.followed.length > 1)
    const unrecorded = this.followed.reduce((sum, { session }) => sum + session.unrecorded, 0)
    if (unrecorded > 0)
      s.text(`\n${counted(unrecorded, 'packet')} of further associations without keys are not listed.\n`)
  }
}

function writeReport(s: Sink, each: FileAssociation, withFile: boolean): void {
  const { protocol, spi, source, destination, transform, extendedSequence, rekeyOf } = each
  s.text(`\n${protocol.toUpperCase()} ${spi}  ${source} → ${destination}  ${transform ?? 'no keys'}`)
  if (extendedSequence === true) s.text(', extended sequence numbers')
  if (rekeyOf !== undefined) s.text(`, rekey of ${rekeyOf}`)
  const { packets, octets, firstFrame, lastFrame, firstSequence, highestSequence } = each
  s.text(`\n    ${counted(packets, 'packet')}, ${counted(octets, 'octet')}, frames ${firstFrame} to ${lastFrame}`)
  if (withFile) s.text(` of ${each.file}`)
  if (highestSequence !== undefined) s.text(`, sequence ${firstSequence} to ${highestSequence}`)
  for (const verdict of verdicts) {
    const count = each.verdicts[verdict]
    if (count > 0) s.text(`\n    ${verdictText[verdict]}: ${count}`)
  }
  const { replays, duplicates, late, tooOld, invalid, gaps, missing } = each
  s.text(`\n    replays: ${replays}, duplicates: ${duplicates}, reordered: ${late}, too old: ${tooOld}`)
  s.text(`, gaps: ${gaps} (${missing} missing)${invalid > 0 ? `, sequence number 0: ${invalid}` : ''}\n`)
}

function counted(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
