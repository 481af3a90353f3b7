import { expect, test } from 'vitest'
import { createLogger } from '../../services/program/logger.ts'
import { runTasks } from './run-tasks.ts'

const logger = createLogger('test', 'silent')

test('a task that fails is tried again, and none waits for another', async () => {
  let failures = 0
  const recovered = Promise.withResolvers<void>()
  const stop = runTasks(
    [
      {
        name: 'stuck',
        everyMs: 0,
        run: (signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
      },
      {
        name: 'shaky',
        everyMs: 0,
        async run() {
          if (++failures < 3) throw new Error('not yet')
          recovered.resolve()
        },
      },
    ],
    logger,
  )
  await recovered.promise
  await stop()
  expect(failures).toBeGreaterThanOrEqual(3)
})
