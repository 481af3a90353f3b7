import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{services,workers,infra,web}/**/*.test.ts', 'tests/*.test.ts'],
    exclude: ['**/node_modules/**', 'data/**', 'web/build/**'],
    // Real servers start in some tests; on two cores a first start can take a while.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // On a machine that nobody watches one hiccup of real servers shall not hide what two thousand tests say; it is told by name.
    retry: process.env.CI ? 1 : 0,
    provide: { convergenceRuns: 6, isThorough: false },
    reporters: ['default', './tests/support/closing-line.ts'],
  },
})
