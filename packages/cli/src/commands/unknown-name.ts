/** What a user is told whose word is no name: `no field is named gre.kye; did you mean gre.key?`. */
export function unknownName(what: string, name: string, meant: readonly string[]): string {
  return `no ${what} is named ${name}${meant.length === 0 ? '' : `; did you mean ${meant.join(' or ')}?`}`
}
