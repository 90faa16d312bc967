import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { Tally } from './tools/reporter.ts'

export default defineConfig({
  resolve: {
    // Tests read the sources, so a unit test needs no build. Only the whole name: no test reaches into a package.
    alias: [
      {
        find: /^@dmvpn\/([a-z]+)$/,
        replacement: fileURLToPath(new URL('./packages/$1/src/index.ts', import.meta.url)),
      },
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts', 'tools/**/*.test.ts'],
    // Packing takes as long as many tests together: `npm run packing`.
    exclude: ['**/node_modules/**', '**/dist/**', 'test/packing/**'],
    benchmark: { include: ['tools/bench/**/*.bench.ts'] },
    setupFiles: ['tools/seed.ts'],
    testTimeout: 60_000,
    pool: 'threads',
    maxWorkers: 2,
    reporters: ['default', new Tally()],
  },
})
