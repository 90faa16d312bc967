/** What the options of a pcapng packet say, draft-ietf-opsawg-pcapng §4.3: flags, comments, and the list as it stands. */
import { keepComment } from './block-read.ts'
import { option, packetOption, walkOptions } from './options.ts'
import { type CaptureRecord, noComments } from './record.ts'
import type { Window } from './window.ts'

export type PacketOptions = Pick<CaptureRecord, 'flags' | 'comments' | 'options'>

/** Of a packet without options. */
export const noPacketOptions: PacketOptions = { flags: undefined, comments: noComments, options: undefined }

/** The options in `[at, end)`. */
export function readPacketOptions(window: Window, at: number, end: number, little: boolean): PacketOptions {
  const { bytes, view } = window
  let flags: number | undefined
  const comments: string[] = []
  const stop = walkOptions(view, at, end, little, (code, start, valueEnd) => {
    if (code === option.comment) keepComment(comments, bytes, start, valueEnd)
    else if (code === packetOption.flags && valueEnd - start >= 4) flags = view.getUint32(start, little)
  })
  const order = little ? 'little' : 'big'
  const options = stop > at ? ({ bytes: bytes.subarray(at, stop), order } as const) : undefined
  return { flags, comments: comments.length === 0 ? noComments : comments, options }
}

/** The length of the frame check sequence in bits 5–8 of the flags word; 0 says nothing. */
export function fcsLengthOf(flags: number | undefined): number | undefined {
  const length = flags === undefined ? 0 : (flags >>> 5) & 0xf
  return length === 0 ? undefined : length
}
