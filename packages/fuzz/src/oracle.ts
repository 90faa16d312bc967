/** tshark's word on the values of fields, against ours or a command's that prints them as `tshark -T fields` does. */
import { execFile } from 'node:child_process'
import { recordOf as captureRecordOf, writePcap } from '@dmvpn/capture'
import { FieldsExport, recordOf, Session } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { Sink } from '@dmvpn/wire'
import type { FuzzCase } from './fuzz-case.ts'
import type { Broken } from './target-self.ts'

/** What is compared where nothing is said. */
export const usualFields: readonly string[] = [
  'ip.src',
  'ip.dst',
  'ip.proto',
  'gre.proto',
  'gre.key',
  'nhrp.hdr.op.type',
  'nhrp.hdr.pktsz',
  'nhrp.hdr.extoff',
  'nhrp.reqid',
  'nhrp.code',
  'nhrp.htime',
]

/** Cases of one link type as one capture. */
export function captureOfAll(cases: readonly FuzzCase[]): Uint8Array {
  const linkType = cases[0]?.linkType ?? 1
  const records = cases.map((each, index) =>
    captureRecordOf(each.bytes, { seconds: index, nanoseconds: 0, linkType: each.linkType }),
  )
  return writePcap(records, { linkType })
}

/** A line for each frame of a capture file; rejects where tshark fails or is not installed. */
export function tsharkLines(file: string, fields: readonly string[]): Promise<readonly string[]> {
  const args = ['-n', '-r', file, '-T', 'fields', ...fields.flatMap(name => ['-e', name])]
  return new Promise((resolve, reject) => {
    execFile('tshark', args, { maxBuffer: 1 << 28, encoding: 'utf8' }, (error, stdout) => {
      if (error === null) resolve(stdout.replace(/\n$/, '').split('\n'))
      else reject('code' in error && error.code === 'ENOENT' ? noTshark() : error)
    })
  })
}

function noTshark(): Error {
  return Object.assign(new Error('tshark is not installed'), { code: 'ENOENT_TSHARK' })
}

/** The same of our own; throws RangeError for a field that we do not have. */
export function ourLines(cases: readonly FuzzCase[], fields: readonly string[]): readonly string[] {
  const sink = new Sink()
  const session = new Session()
  const output = new FieldsExport(dmvpn, fields)
  for (const { bytes, linkType } of cases) output.write(sink, recordOf(bytes, linkType), session)
  return sink.toString().replace(/\n$/, '').split('\n')
}

/** Where two lines first differ; undefined where they do not, or where all that differs is `known`. */
export function lineDifference(
  ours: string,
  theirs: string,
  fields: readonly string[],
  known: (field: string, ours: string, theirs: string) => boolean = () => false,
): Broken | undefined {
  const [own, other] = [ours.split('\t'), theirs.split('\t')]
  const at = fields.findIndex((name, index) => {
    const [mine = '', their = ''] = [own[index], other[index]]
    return mine !== their && !known(name, mine, their)
  })
  if (at < 0) return undefined
  const detail = `${own[at] || 'nothing'}, tshark ${other[at] || 'nothing'}`
  return { law: 'oracle', field: fields[at]!, detail }
}
