import { defineConfig } from 'vitest/config'

/** `npm run test:faults`: minutes of kills, torn files and full disks; each test prints its seed. */
export default defineConfig({
  test: {
    include: ['tests/faults/*.test.ts', 'tests/views-convergence.test.ts'],
    provide: { convergenceRuns: 40 },
    testTimeout: 30 * 60_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
    reporters: ['default', './tests/support/closing-line.ts'],
  },
})
