/** Packing takes longer than all else and needs a built tree: `npm run packing` runs it by itself. */
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/packing/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 180_000,
    pool: 'threads',
    maxWorkers: 1,
  },
})
