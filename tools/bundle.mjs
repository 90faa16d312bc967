// The command as a few files instead of two hundred: a three-frame capture is shown in half the time.
// `tsc -b` has checked the types and written the declarations. The libraries become one file each: bundle/libraries.mjs.
//
// The files are scripts of CommonJS: Node loads them sooner than modules, and what it compiled of them can be kept
// (packages/cli/src/kept-code.ts).
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { constants } from './bundle/constants.mjs'
import { direct } from './bundle/direct.mjs'
import { join, neededBy } from './bundle/join.mjs'
import { later } from './bundle/later.mjs'
import { bundleLibraries } from './bundle/libraries.mjs'
import { asScript } from './bundle/script.mjs'

await bundleLibraries()

const cli = new URL('../packages/cli/', import.meta.url)
const dist = new URL('dist/', cli)
const chunks = new URL('chunks/', dist)
const source = name => fileURLToPath(new URL(`src/${name}.ts`, cli))

const options = {
  bundle: true,
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  // The sources go with the package; here they would be told with this machine's paths (bundle/direct.mjs).
  sourcesContent: false,
  // Fuzzing counts coverage in the packages' own files: it must load them as they are.
  external: ['@dmvpn/fuzz', '@dmvpn/crosscheck'],
  logLevel: 'warning',
}

const { outputFiles, metafile } = await build({
  ...options,
  // What the two scripts below load: the command, and the work of a further thread.
  entryPoints: { index: source('index'), work: source('commands/workers/work') },
  outdir: fileURLToPath(chunks),
  outExtension: { '.js': '.cjs' },
  chunkNames: '[name]-[hash]',
  format: 'esm',
  splitting: true,
  metafile: true,
  write: false,
  plugins: [direct, later],
  banner: { js: "'use strict';" },
})

const scripts = new Map()
for (const { path, text } of outputFiles.filter(each => each.path.endsWith('.cjs'))) {
  const map = outputFiles.find(each => each.path === `${path}.map`).text
  scripts.set(basename(path), { code: asScript(await constants(text), path, options.external), map })
}

const outputs = new Map(Object.entries(metafile.outputs).map(([path, output]) => [basename(path), output]))
const nameOf = file => [...outputs].find(([, { entryPoint }]) => entryPoint?.endsWith(`/${file}`))[0]
const needed = neededBy([nameOf('index.ts'), nameOf('dissect.ts')], outputs)
const joined = await join(scripts, needed, options)
const joinedName = `joined-${digestOf(joined.code).slice(0, 8)}.cjs`
for (const name of needed) scripts.set(name, { code: `module.exports = require("./${joinedName}")("./${name}");\n` })
scripts.set(joinedName, { ...joined, code: `${joined.code}\n//# sourceMappingURL=${joinedName}.map\n` })

mkdirSync(chunks, { recursive: true })
const files = new Map()
for (const [name, { code, map }] of scripts) files.set(name, code).set(`${name}.map`, map)
for (const [name, text] of files) if (text !== undefined) writeFileSync(new URL(name, chunks), text)

await build({
  ...options,
  entryPoints: [source('main'), source('worker')],
  outdir: fileURLToPath(dist),
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  plugins: [
    {
      name: 'kept',
      setup(plugin) {
        plugin.onResolve({ filter: /^\.\/load-command\.ts$/ }, () => ({ path: source('load-kept-command') }))
      },
    },
  ],
  define: {
    digestOfScripts: JSON.stringify(digestOf([...scripts].map(([name, { code }]) => `${name} ${code}`).join())),
  },
})

// For who imports the package.
writeFileSync(
  new URL('index.js', dist),
  `import { createRequire } from 'node:module'
export const { ${outputs.get('index.cjs').exports.join(', ')} } = createRequire(import.meta.url)('./chunks/index.cjs')
`,
)
writeFileSync(new URL('main.js', dist), "import './main.cjs'\n")

// Last of all: a command that began with the files before these finds them until now.
for (const name of readdirSync(chunks)) if (files.get(name) === undefined) rmSync(new URL(name, chunks))

function digestOf(text) {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
