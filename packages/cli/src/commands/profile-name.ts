/** `--profile`: whose habits routers have. */
import { type ProfileName, profiles } from '@dmvpn/core'
import { CommandError } from '../exit-code.ts'

/** The profile of a name; throws CommandError where it is none. */
export function profileNamed(name: string | undefined): ProfileName | undefined {
  if (name === undefined) return undefined
  const known = Object.keys(profiles) as ProfileName[]
  const found = known.find(each => each === name)
  if (found === undefined) throw new CommandError(`--profile ${name}: not one of ${known.join(', ')}`)
  return found
}
