import { Writable } from 'node:stream'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { lossOf } from '#catalog/database-loss.ts'
import { openDatabase } from '#catalog/open-catalog.ts'
import { startDatabaseLine } from '#support/fault-proxy.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { until } from '#support/until.ts'
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

test('a database that is away is told once for all tasks, when it goes and when it is back', async () => {
  const postgres = await startTestPostgres()
  const line = await startDatabaseLine(postgres.url)
  const { database } = openDatabase({ databaseUrl: line.url, onError: () => {} })
  const told: string[] = []
  const destination = new Writable({
    write(text, _encoding, done) {
      told.push(JSON.parse(String(text)).msg)
      done()
    },
  })
  let runs = 0
  let failures = 0
  const run = async () => {
    failures++
    await sql`SELECT 1`.execute(database)
    failures--
    runs++
  }
  const tasks = ['one', 'another', 'a third'].map((name) => ({ name, everyMs: 20, run }))
  const stop = runTasks(tasks, createLogger('test', 'info', { lossOf, destination }))
  try {
    await until(
      async () => runs,
      (count) => count > 3,
    )
    line.faults = { cutAfterBytes: 1, cut: 'reset' }
    line.cutAll('reset')
    await until(
      async () => failures,
      (count) => count > 9,
    )
    line.faults = {}
    const before = runs
    await until(
      async () => told.length > 1 && runs > before + 6,
      (isOver) => isOver,
    )
    expect(told).toEqual(['the database is away', 'the database is there again'])
  } finally {
    await stop()
    await database.destroy()
    await line.stop()
    await postgres.stop()
  }
}, 60_000)
