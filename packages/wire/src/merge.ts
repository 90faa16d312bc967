/**
 * `{ ...under, ...over }` for records whose keys are known, as straight code: where records of many shapes pass, a spread
 * costs 200 ns and this 50. Compiled as layouts are (see `layout/compiled.ts`); where code generation is forbidden, and
 * for a record that has other keys or is merged into another one than expected, it is the spread itself.
 */
import { type CompileOptions, codeGenerationAllowed, compile } from './compile.ts'

/** `under` with what `over` has of its own, be it undefined. */
export type Merge<T> = (under: T, over: Partial<T>) => T

/** `under` with another value of one key. */
export type Change<T> = (under: T, value: unknown) => T

/** Merges records into others, which mostly are `like` itself: a protocol's defaults. */
export function mergeOf<T>(like: T, options: CompileOptions = {}): Merge<T> {
  const keys = compilable(like, options)
  if (keys === undefined) return (under, over) => ({ ...under, ...over })
  const chosen = keys.map(key => `const ${key}$ = '${key}' in over ? (given++, over.${key}) : under.${key}`)
  const merge = `function merge(under, over) {
    let given = 0
    ${chosen.join('\n')}
    for (const key in over) given--
    if (given !== 0 || under !== like) return { ...under, ...over }
    return { ${keys.map(key => `${key}: ${key}$`).join(', ')} }
  }`
  return compile<Merge<T>>('merge', { like }, merge)!
}

/** Changes `key` of records that mostly have the keys of `like`. */
export function changeOf<T>(like: T, key: string, options: CompileOptions = {}): Change<T> {
  const keys = compilable(like, options)
  if (keys?.includes(key) !== true) return (under, value) => ({ ...under, [key]: value })
  return compile<Change<T>>(
    'change',
    {},
    `function change(under, value) {
    let left = 0
    for (const key in under) left++
    if (${[`left !== ${keys.length}`, ...keys.map(each => `!('${each}' in under)`)].join(' || ')}) return { ...under, ${key}: value }
    return { ${keys.map(each => `${each}: ${each === key ? 'value' : `under.${each}`}`).join(', ')} }
  }`,
  )!
}

/** The keys, where code may be made of them. */
function compilable(like: unknown, { interpreted }: CompileOptions): readonly string[] | undefined {
  const keys = Object.keys(like as object)
  const may = interpreted !== true && codeGenerationAllowed() && keys.every(key => /^[a-zA-Z][a-zA-Z0-9]*$/.test(key))
  return may ? keys : undefined
}
