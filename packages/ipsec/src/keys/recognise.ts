/** Key files by what stands in them, whatever they are called. */
import type { SecurityAssociation } from '../association.ts'
import { readXfrmKeys, writeXfrmKeys } from './ip-xfrm.ts'
import type { KeyFile, KeyFormat, WrittenKeys } from './key-file.ts'
import { readKeyList, writeKeyList } from './list.ts'
import { readStrongswanKeys, writeStrongswanKeys } from './strongswan.ts'
import { readWiresharkKeys, type WiresharkKeyOptions, writeWiresharkKeys } from './wireshark-esp-sa.ts'

interface Form {
  readonly format: KeyFormat
  /** A line that only this form has. */
  readonly mark: RegExp
  readonly read: (text: string) => KeyFile
  readonly write: (associations: readonly SecurityAssociation[], options: WiresharkKeyOptions) => WrittenKeys
}

const forms: readonly Form[] = [
  {
    format: 'wireshark',
    mark: /^\s*(uat:esp_sa:|"(IPv4|IPv6|Any)"\s*,)/m,
    read: readWiresharkKeys,
    write: writeWiresharkKeys,
  },
  { format: 'strongswan', mark: /\d\[CHD\] /, read: readStrongswanKeys, write: writeStrongswanKeys },
  { format: 'list', mark: /\bspi=(0x)?[0-9a-f]/i, read: readKeyList, write: writeKeyList },
  { format: 'ip-xfrm', mark: /\bsrc \S+ dst \S+[\s\S]*?\bproto\s/, read: readXfrmKeys, write: writeXfrmKeys },
]

/** Every form that is read and written. */
export const keyFormats: readonly KeyFormat[] = forms.map(({ format }) => format)

/** The form of a text, or undefined where it has none of them. */
export function recogniseKeys(text: string): KeyFormat | undefined {
  return forms.find(({ mark }) => mark.test(text))?.format
}

/** Reads a key file of any form; a text of comments and blank lines alone holds no keys and has no problems. */
export function readKeys(text: string): KeyFile {
  const form = forms.find(({ mark }) => mark.test(text))
  if (form !== undefined) return form.read(text)
  const lines = text.split(/\r?\n/)
  const line = lines.findIndex(each => !/^\s*(#|$)/.test(each))
  const message = strange(text)
  return { format: undefined, associations: [], problems: line < 0 ? [] : [{ line: line + 1, column: 1, message }] }
}

/** Writes a key file; what the form has no words for is left out, and said. */
export function writeKeys(
  format: KeyFormat,
  associations: readonly SecurityAssociation[],
  options: WiresharkKeyOptions = {},
): WrittenKeys {
  return forms.find(each => each.format === format)!.write(associations, options)
}

function strange(text: string): string {
  // Wireshark's ikev2_decryption_table: eight columns that begin with the two SPIs of an IKE SA.
  if (/^\s*"?[0-9a-f]{16}"?,"?[0-9a-f]{16}"?,/im.test(text)) return 'keys of IKE, not of ESP or AH'
  return 'neither Wireshark esp_sa lines, nor "ip xfrm state", nor a strongSwan log with keys, nor a list with spi='
}
