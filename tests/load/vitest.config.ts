import { defineConfig } from 'vitest/config'

/** `npm run test:load`: long runs under load, about half an hour; `LOAD_MINUTES=1` makes them short. */
export default defineConfig({
  test: {
    include: ['tests/load/*.test.ts'],
    testTimeout: 60 * 60_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
})
