import { Writable } from 'node:stream'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { type DatabaseLine, startDatabaseLine } from '#support/fault-proxy.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { until } from '#support/until.ts'
import { createLogger, type Logger } from '../program/logger.ts'
import { lossOf } from './database-loss.ts'
import { type Catalog, openCatalog } from './open-catalog.ts'

interface Told {
  msg: string
  linesKeptBack?: number
}

let postgres: Awaited<ReturnType<typeof startTestPostgres>>
let line: DatabaseLine
let catalog: Catalog
let logger: Logger
let told: Told[]
beforeAll(async () => {
  postgres = await startTestPostgres()
})
afterAll(() => postgres?.stop())
beforeEach(async () => {
  line = await startDatabaseLine(postgres.url)
  told = []
  const destination = new Writable({
    write(text, _encoding, done) {
      told.push(JSON.parse(String(text)))
      done()
    },
  })
  logger = createLogger('a program', 'info', { lossOf, destination })
  const onError = (error: unknown) => logger.warn({ err: error }, 'database connection')
  catalog = await openCatalog({ databaseUrl: line.url, onError })
})
afterEach(async () => {
  line.faults = {}
  await catalog?.close()
  await line?.stop()
})

const sentences = () => told.map(({ msg }) => msg)

/** As somebody who needs the answer, and says so where there is none. */
async function ask(question = sql`SELECT 1`): Promise<boolean> {
  return question.execute(catalog.database).then(
    () => true,
    (cause) => {
      logger.error({ err: new AppError('unavailable', undefined, { cause }) }, 'request failed')
      return false
    },
  )
}

test('an outage is told when it begins and when it ends, and what everybody says of it meanwhile is counted', async () => {
  await catalog.jobs.workSweep(async () => {})
  line.faults = { cutAfterBytes: 1, cut: 'reset' }
  line.cutAll('reset')
  let refused = 0
  await until(ask, (isAnswered) => !isAnswered && ++refused >= 20)
  expect(sentences()).toEqual(['the database is away'])
  line.faults = {}
  await until(
    async () => sentences(),
    (all) => all.length > 1,
  )
  expect(sentences()).toEqual(['the database is away', 'the database is there again'])
  expect(told[1]!.linesKeptBack).toBeGreaterThanOrEqual(20)
}, 60_000)

test('what is wrong while the database is there is told as it is, each time', async () => {
  await ask(sql`SELECT no_such_column`)
  await ask(sql`SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(5)`)
  await until(
    async () => sentences(),
    (all) => all.includes('the database is there again'),
  )
  told = []
  for (const code of ['ECONNREFUSED', 'ECONNRESET'])
    logger.warn({ err: Object.assign(new Error('another neighbour'), { code }) }, 'the storage is away')
  expect(sentences()).toEqual(['the storage is away', 'the storage is away'])
}, 60_000)
