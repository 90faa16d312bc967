// What the commonest command loads, as one script: fifty files take longer to find and read than to run.
import { basename } from 'node:path'
import { build } from 'esbuild'

/** The names of the scripts that are loaded for some of them; `outputs` are those of esbuild's metafile, by name. */
export function neededBy(entries, outputs) {
  const needed = new Set(entries)
  for (const name of needed) {
    for (const { path, kind, external } of outputs.get(name).imports) {
      if (kind === 'import-statement' && !external) needed.add(basename(path))
    }
  }
  return needed
}

/** One script of those needed, with its source map, which run in it when they are first asked for: it exports who is asked. */
export async function join(scripts, needed, options) {
  const asked = [...needed].map(name => `"./${name}": () => require("./${name}")`)
  const contents = `const scripts = { ${asked.join(', ')} }\nmodule.exports = name => scripts[name]()\n`
  const { outputFiles } = await build({
    ...options,
    stdin: { contents, sourcefile: 'joined' },
    outfile: 'joined.cjs',
    format: 'cjs',
    write: false,
    plugins: [
      {
        name: 'join',
        setup(plugin) {
          plugin.onResolve({ filter: /^\.\/.*\.cjs$/ }, ({ path }) =>
            needed.has(path.slice(2)) ? { path: path.slice(2), namespace: 'script' } : { path, external: true },
          )
          plugin.onLoad({ filter: /./, namespace: 'script' }, ({ path }) => {
            const { code, map } = scripts.get(path)
            // Inside of a function esbuild leaves constants what they are.
            const own = code.replace(/^\/\/# sourceMappingURL=.*$/m, '')
            const url = `data:application/json;base64,${Buffer.from(map).toString('base64')}`
            return { contents: `(() => {${own}\n})();\n//# sourceMappingURL=${url}\n` }
          })
        },
      },
    ],
  })
  const [map, code] = outputFiles.toSorted((a, b) => b.path.length - a.path.length)
  return { code: code.text.replace(/^\/\/# sourceMappingURL=.*\n?/m, ''), map: map.text }
}
