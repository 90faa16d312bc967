// The command as a few files instead of two hundred: a three-frame capture is shown in half the time.
// `tsc -b` has checked the types and written the declarations; the libraries stay as they are.
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const cli = new URL('../packages/cli/', import.meta.url)
const outdir = fileURLToPath(new URL('dist/', cli))

rmSync(new URL('dist/chunks/', cli), { recursive: true, force: true })
await build({
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
  // CommonJS dependencies ask for node: modules by `require`.
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
})
