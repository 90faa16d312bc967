/** Wireshark's words for a checksum, and the field that every checksummed protocol shows them in. */
import { type Field, generated, type Names, names } from '@dmvpn/wire'

export const checksumStatus = { bad: 0, good: 1, unverified: 2, notPresent: 3, illegal: 4 } as const

const statusNames: Names = names({ 0: 'Bad', 1: 'Good', 2: 'Unverified', 3: 'Not present', 4: 'Illegal' })

/** `name` is the checksum's own field; the status is shown as `<name>.status`. */
export function statusField(name: string, label = 'Checksum Status'): Field {
  return generated(`${name}.status`, label, 'uint8', { names: statusNames })
}
