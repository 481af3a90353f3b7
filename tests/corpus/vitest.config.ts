import { defineConfig } from 'vitest/config'

/**
 * `npm run test:corpus`: every file of the folder of real-world clips through the whole system, one after the other, some for
 * minutes. `npm run test:corpus -- -t vfr/` takes those of one kind.
 */
export default defineConfig({
  test: {
    include: ['tests/corpus/*.test.ts'],
    testTimeout: 60 * 60_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
})
