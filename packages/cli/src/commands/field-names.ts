/** Names of fields that a user wrote, looked up before anything is made of them. */
import { Catalogue } from '@dmvpn/dissect'
import { dmvpn } from '@dmvpn/protocols'
import { CommandError } from '../exit-code.ts'
import { unknownName } from './unknown-name.ts'

let catalogue: Catalogue | undefined

/** What is wrong with a name, with what may have been meant; undefined where it is the name of a field. */
export function fieldNameProblem(name: string): string | undefined {
  catalogue ??= new Catalogue(dmvpn)
  const entry = catalogue.find(name)
  if (entry !== undefined) return entry.fields.length > 0 ? undefined : `${name} is a protocol, not a field`
  return unknownName('field', name, catalogue.suggestions(name))
}

/** Throws CommandError where a name, without its `#N`, is not that of a field. */
export function checkFieldNames(names: readonly string[]): void {
  for (const name of names) {
    const problem = fieldNameProblem(name.replace(/#\d+$/, ''))
    if (problem !== undefined) throw new CommandError(problem)
  }
}
