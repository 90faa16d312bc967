/** What is shown of a datagram put together from fragments, by whoever put it together; IPv4 and IPv6 differ in the prefix. */
import { type Field, field, generated } from '@dmvpn/wire'

export interface ReassembledFields {
  readonly fragments: Field
  readonly fragment: Field
  readonly overlap: Field
  readonly conflict: Field
  readonly multipleTails: Field
  readonly tooLong: Field
  readonly count: Field
  readonly length: Field
  readonly data: Field
  /** On a fragment: the frame that completes the datagram. */
  readonly reassembledIn: Field
}

function reassembledFields(prefix: string, version: string): ReassembledFields {
  return {
    fragments: generated(`${prefix}.fragments`, `${version} Fragments`, 'bytes'),
    fragment: generated(`${prefix}.fragment`, `${version} Fragment`, 'frame-number'),
    overlap: generated(`${prefix}.fragment.overlap`, 'Fragment overlap', 'boolean'),
    conflict: generated(`${prefix}.fragment.overlap.conflict`, 'Conflicting data in fragment overlap', 'boolean'),
    multipleTails: generated(`${prefix}.fragment.multipletails`, 'Multiple tail fragments found', 'boolean'),
    tooLong: generated(`${prefix}.fragment.toolongfragment`, 'Fragment too long', 'boolean'),
    count: generated(`${prefix}.fragment.count`, 'Fragment count', 'uint32'),
    length: generated(`${prefix}.reassembled.length`, `Reassembled ${version} length`, 'uint32'),
    data: field(`${prefix}.reassembled.data`, `Reassembled ${version} data`, 'bytes', { generated: true }),
    reassembledIn: generated(`${prefix}.reassembled_in`, `Reassembled ${version} in frame`, 'frame-number'),
  }
}

export const ipv4Reassembled: ReassembledFields = reassembledFields('ip', 'IPv4')
export const ipv6Reassembled: ReassembledFields = reassembledFields('ipv6', 'IPv6')
