/** What a status judges: `ip.checksum.status` is about `ip.checksum`. */
import type { Field } from '@dmvpn/wire'

const judgements = new WeakMap<Field, string>()

/** The name of the row that a computed status stands beside; empty for fields that are none. */
export function judgedBy(field: Field): string {
  let judged = judgements.get(field)
  if (judged === undefined) {
    judged = field.generated && field.name.endsWith('.status') ? field.name.slice(0, -7) : ''
    judgements.set(field, judged)
  }
  return judged
}
