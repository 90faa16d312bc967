// esbuild makes every constant of a module a `var`, which the engine must look up and look at each time: a tenth of the
// time of a long run. What is never assigned again becomes a constant again, in as many characters as before, so that
// the source maps stay true; esbuild itself then refuses code that assigns to one all the same.
import { transform } from 'esbuild'

/** The code with its constants; throws where one is assigned to. */
export async function constants(code) {
  const assigned = new Map()
  for (const [, id] of code.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)\s*(?:[-+*/%&|^?<>]{0,3}=(?![=>])|\+\+|--)/g)) {
    assigned.set(id, (assigned.get(id) ?? 0) + 1)
  }
  for (const [, id] of code.matchAll(/(?:\+\+|--)([A-Za-z_$][\w$]*)/g)) assigned.set(id, 2)
  const constant = code.replaceAll(/^var ([A-Za-z_$][\w$]*) = /gm, (all, id) =>
    assigned.get(id) === 1 ? `const ${id}=` : all,
  )
  await transform(constant, { format: 'esm', logLevel: 'silent', logOverride: { 'assign-to-constant': 'error' } })
  return constant
}
