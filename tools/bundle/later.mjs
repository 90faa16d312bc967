// What a short command never asks for is loaded when it is asked for.

/** The names that our modules import, of what is better loaded when the first of them is called or constructed. */
const laterOf = new Map([
  // That for browsers asks for no worker threads, which would be loaded in any case.
  ['fflate', { names: ['Inflate'], from: 'fflate/browser' }],
  ['fzstd', { names: ['Decompress'], from: 'fzstd' }],
  ['node:zlib', { names: ['crc32'], from: 'node:zlib' }],
])

/** An esbuild plugin. */
export const later = {
  name: 'later',
  setup({ onResolve, onLoad, resolve }) {
    onResolve(
      { filter: new RegExp(`^(${[...laterOf.keys()].join('|')})$`) },
      async ({ path, kind, resolveDir, pluginData }) => {
        if (pluginData === 'real') return undefined
        if (kind === 'import-statement') return { path, namespace: 'later', pluginData: resolveDir }
        // The real one, as modules get it: the one for CommonJS is larger.
        return path.startsWith('node:')
          ? undefined
          : resolve(laterOf.get(path).from, { kind: 'dynamic-import', resolveDir, pluginData: 'real' })
      },
    )
    onLoad({ filter: /./, namespace: 'later' }, ({ path, pluginData }) => ({
      contents: laterOf
        .get(path)
        .names.map(
          name => `export function ${name}(...all) {
  const { ${name}: real } = require(${JSON.stringify(path)})
  return new.target === undefined ? real(...all) : new real(...all)
}`,
        )
        .join('\n'),
      resolveDir: pluginData,
    }))
    // commander starts programs for subcommands that are files of their own: there are none, and to load what starts
    // programs takes as long as everything else of it.
    onResolve({ filter: /^node:child_process$/ }, ({ importer }) =>
      importer.includes('/commander/') ? { path: 'none', namespace: 'none' } : undefined,
    )
    onLoad({ filter: /./, namespace: 'none' }, () => ({ contents: 'module.exports = {}' }))
  },
}
