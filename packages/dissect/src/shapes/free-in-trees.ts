/**
 * Fields whose value changes nothing in a frame's tree but the line they stand in, as long as every protocol says that
 * its packet is quiet (`Protocol.isQuiet`): no note speaks of them, and no other line is there or not because of them.
 */
import { freeFields } from './free-fields.ts'

/** Some of their values are noted as odd, and no protocol judges that without a walk. */
const noted: ReadonlySet<string> = new Set(['nhrp.flags', 'nhrp.prefix', 'nhrp.auth_ext.key'])

export const freeInTrees: ReadonlySet<string> = new Set([...freeFields].filter(name => !noted.has(name)))
