// The libraries as one module each, `dist/bundle.js`, beside the modules that `tsc -b` makes of their files: Node finds
// and reads two hundred files in the time in which it decodes a hundred thousand frames, and what one module imports
// from another the engine looks up each time it is used, where a constant of a function is known to it.
//
// Whoever bundles takes the modules themselves, and of them only what is needed: the condition `module` in package.json.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { constants } from './constants.mjs'

const packages = new URL('../../packages/', import.meta.url)

/** Writes the bundle of every package of which Node is to take it. */
export async function bundleLibraries() {
  await Promise.all(readdirSync(packages).filter(isBundled).map(bundleLibrary))
}

function isBundled(name) {
  const path = new URL(`${name}/package.json`, packages)
  return existsSync(path) && JSON.parse(readFileSync(path, 'utf8')).exports?.['.']?.default === './dist/bundle.js'
}

async function bundleLibrary(name) {
  const dist = new URL(`${name}/dist/`, packages)
  const { outputFiles } = await build({
    bundle: true,
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    packages: 'external',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    entryPoints: [fileURLToPath(new URL(`${name}/src/index.ts`, packages))],
    outfile: fileURLToPath(new URL('bundle.js', dist)),
    write: false,
  })
  for (const { path, text } of outputFiles) {
    writeFileSync(path, path.endsWith('.map') ? text : inFunction(await constants(text), path))
  }
}

/** The code of a module inside of a function, line by line, so that the source map stays true. */
function inFunction(code, path) {
  const sources = new Map()
  const nameOf = from => sources.get(from) ?? sources.set(from, `from${sources.size}`).get(from)
  const body = code
    .replaceAll(
      /^import \{([^}]*)\} from "([^"]+)";$/gm,
      (_, names, from) => `const {${names.replaceAll(/([\w$]+) as ([\w$]+)/g, '$1: $2')}} = ${nameOf(from)};`,
    )
    // Where only types are left of an import.
    .replaceAll(/^import "@dmvpn\/\w+";$/gm, '')
  const [list, exported] = /^export \{([^}]*)\};$/m.exec(body) ?? []
  if (list === undefined || /^(import|export) /m.test(body.replace(list, ''))) {
    throw new Error(`${path} imports or exports in another way than by names`)
  }
  const pairs = exported.split(',').map(each => each.trim().split(' as '))
  const outward = pairs.map(([own, name = own]) => name)
  for (const [own] of pairs) {
    if (new RegExp(`^let ${own.replaceAll('$', '\\$')}\\b`, 'm').test(body)) {
      throw new Error(`${path} exports ${own}, which may change`)
    }
  }
  const imports = [...sources].map(([from, name]) => `import * as ${name} from "${from}"; `).join('')
  // In as many lines as the list had.
  const values = pairs.map(([own], i) => `${outward[i]}: ${own}`).join(', ')
  const returned = `return {${values}};${'\n'.repeat(list.split('\n').length - 1)}`
  const ended = body.replace(list, () => returned).replace(/^\/\/# sourceMappingURL=/m, '})();\n$&')
  return `${imports}export const {${outward.join(', ')}} = (() => {${ended}`
}
