// The command as a few files instead of two hundred: a three-frame capture is shown in half the time.
// `tsc -b` has checked the types and written the declarations; the libraries stay as they are.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, transform } from 'esbuild'

const cli = new URL('../packages/cli/', import.meta.url)
const outdir = fileURLToPath(new URL('dist/', cli))

const { metafile } = await build({
  entryPoints: ['main', 'index'].map(name => fileURLToPath(new URL(`src/${name}.ts`, cli))),
  outdir,
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  sourcemap: 'linked',
  // Fuzzing counts coverage in the packages' own files: it must load them as they are.
  external: ['@dmvpn/fuzz', '@dmvpn/crosscheck'],
  logLevel: 'warning',
  metafile: true,
  // CommonJS dependencies ask for node: modules by `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
})

// esbuild makes every constant of a module a `var`, which the engine must look up and look at each time: a tenth of the
// time of a long run. What is never assigned again becomes a constant again, in as many characters as before, so that
// the source maps stay true; esbuild itself then refuses a chunk that assigns to one all the same.
const chunks = new URL('dist/chunks/', cli)
const built = new Set(Object.keys(metafile.outputs).map(path => basename(path)))
for (const name of readdirSync(chunks).filter(each => each.endsWith('.js') && built.has(each))) {
  const chunk = new URL(name, chunks)
  const code = readFileSync(chunk, 'utf8')
  const assigned = new Map()
  for (const [, id] of code.matchAll(/(?<![\w$.])([A-Za-z_$][\w$]*)\s*(?:[-+*/%&|^?<>]{0,3}=(?![=>])|\+\+|--)/g)) {
    assigned.set(id, (assigned.get(id) ?? 0) + 1)
  }
  for (const [, id] of code.matchAll(/(?:\+\+|--)([A-Za-z_$][\w$]*)/g)) assigned.set(id, 2)
  const constant = code.replaceAll(/^var ([A-Za-z_$][\w$]*) = /gm, (all, id) =>
    assigned.get(id) === 1 ? `const ${id}=` : all,
  )
  await transform(constant, { format: 'esm', logLevel: 'silent', logOverride: { 'assign-to-constant': 'error' } })
  writeFileSync(chunk, constant)
}

// Last of all: a command that began with the files before these finds them until now.
for (const name of readdirSync(chunks)) if (!built.has(name)) rmSync(new URL(name, chunks))
