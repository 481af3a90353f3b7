import { createServer } from 'node:http'
import express from 'express'
import { afterEach, expect, test } from 'vitest'
import { openCatalog } from '#catalog/open-catalog.ts'
import { openStorage } from '#storage/open-storage.ts'
import { startDatabaseLine } from '#support/fault-proxy.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { startS3 } from '#support/s3.ts'
import { until } from '#support/until.ts'
import { closeServer, listen } from '../program/listen.ts'
import { createLogger } from '../program/logger.ts'
import { healthRoutes } from './health.ts'

const undo: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step()
})

async function serve() {
  const postgres = await startTestPostgres()
  undo.push(postgres.stop)
  const line = await startDatabaseLine(postgres.url)
  undo.push(line.stop)
  const catalog = await openCatalog({ databaseUrl: line.url, onError: () => {} })
  undo.push(() => catalog.close())
  const s3 = await startS3()
  undo.push(s3.stop)
  const storage = await openStorage(s3.url)
  undo.push(() => storage.close())
  const server = createServer(express().use(healthRoutes({ catalog, storage, logger: createLogger('api', 'silent') })))
  const served = await listen(server, 0, '127.0.0.1')
  undo.push(() => closeServer(server, 0))
  const ask = async (path: string) => {
    const answer = await fetch(`http://127.0.0.1:${served}/api/${path}`)
    return { status: answer.status, body: await answer.text() }
  }
  return { ask, s3, line }
}

const well = { status: 200, body: '{"status":"ok","away":[]}' }

test('health says which store is away, without its reasons, and is well again by itself; the program lives all the while', async () => {
  const { ask, s3, line } = await serve()
  expect(await ask('health')).toEqual(well)
  let asked = 0
  s3.intercept = (_, response) => {
    asked += 1
    response.writeHead(403).end('<Error><Code>SignatureDoesNotMatch</Code></Error>')
    return true
  }
  const away = await until(
    () => ask('health'),
    ({ status }) => status === 503,
  )
  expect(JSON.parse(away.body)).toEqual({ status: 'away', away: ['The storage does not answer.'] })
  const before = asked
  await Promise.all(Array.from({ length: 50 }, () => ask('health')))
  expect(asked - before).toBeLessThanOrEqual(2)
  expect((await ask('live')).status).toBe(200)
  s3.intercept = () => false
  await until(
    () => ask('health'),
    ({ status }) => status === 200,
  )

  // A database that takes connections and says nothing is away as well.
  line.faults = { isBlackhole: true }
  line.cutAll('silence')
  const silent = await until(
    () => ask('health'),
    ({ status }) => status === 503,
  )
  expect(JSON.parse(silent.body)).toEqual({ status: 'away', away: ['The database does not answer.'] })
  expect((await ask('live')).status).toBe(200)
  line.faults = {}
  line.cutAll('reset')
  await until(
    () => ask('health'),
    ({ status }) => status === 200,
    60_000,
  )
}, 120_000)
