import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{services,workers,infra,web}/**/*.test.ts', 'tests/*.test.ts'],
    exclude: ['**/node_modules/**', 'data/**', 'web/build/**'],
    // Real servers start in some tests; on two cores a first start can take a while.
    globalSetup: ['tests/support/postgres-template.ts', 'tests/support/toolbox.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Many wait for real time, of players and of lines.
    maxWorkers: 3,
    provide: { convergenceRuns: 3, isThorough: false },
  },
})
