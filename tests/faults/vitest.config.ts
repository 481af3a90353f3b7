import { defineConfig } from 'vitest/config'

/** `npm run test:faults`: minutes of kills, torn files and full disks; each test prints its seed. */
export default defineConfig({
  test: {
    include: [
      'tests/faults/*.test.ts',
      // These have more to try here than among the default tests.
      'tests/views-convergence.test.ts',
      'services/api/views/export/export.test.ts',
      'workers/transcoder/media/ladder/seams.test.ts',
      'workers/views/retention/erase-plays.test.ts',
      'workers/views/rollups/roll-up.test.ts',
    ],
    provide: { convergenceRuns: 40, isThorough: true },
    globalSetup: ['tests/support/postgres-template.ts', 'tests/support/toolbox.ts'],
    testTimeout: 30 * 60_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
})
