// To esbuild, whoever imports one name of a package's index reaches whatever the index has, and so the whole package would
// be one chunk. Imports of our packages go directly to the files that the names are in.
import { readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'

const imports = /^import \{(?<names>[^}]*)\} from '(?<name>@dmvpn\/\w+)';?$/gm
const reexports = /^export \{([^}]*)\} from '(\.[^']+)';$/gm

/** An esbuild plugin. */
export const direct = {
  name: 'direct',
  setup({ onLoad, resolve }) {
    onLoad({ filter: /\/packages\/\w+\/(src|dist)\/.*\.[jt]s$/ }, async ({ path }) => {
      const code = readFileSync(path, 'utf8')
      const files = new Map()
      for (const { groups } of code.matchAll(imports)) {
        const { path: index, external } = await resolve(groups.name, {
          kind: 'import-statement',
          resolveDir: dirname(path),
        })
        if (!external) files.set(groups.name, filesOf(index))
      }
      const contents = code.replaceAll(imports, (statement, ...found) => {
        const { names, name } = found.at(-1)
        return files.has(name) ? directly(names, name, files.get(name)) : statement
      })
      return { contents, loader: extname(path).slice(1) }
    })
  },
}

/** Where each name of an index comes from. */
function filesOf(index) {
  const files = new Map()
  for (const [, names, from] of readFileSync(index, 'utf8').matchAll(reexports)) {
    for (const name of names.split(',')) files.set(name.trim(), join(dirname(index), from))
  }
  return files
}

/** Statements for one, in as many lines: source maps know of it. */
function directly(names, name, files) {
  const byFile = new Map()
  for (const each of names.split(',').map(name => name.trim())) {
    if (each === '' || each.startsWith('type ')) continue
    const file = files.get(each.replace(/ as .*/, '')) ?? name
    byFile.set(file, [...(byFile.get(file) ?? []), each])
  }
  const statements = [...byFile].map(([file, own]) => `import { ${own.join(', ')} } from ${JSON.stringify(file)};`)
  return statements.join(' ') + '\n'.repeat(names.split('\n').length - 1)
}
