import { createServer, type Server } from 'node:http'
import express from 'express'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { endless } from '#support/clickhouse-queries.ts'
import { until } from '#support/until.ts'
import { closeServer, listen } from '../../program/listen.ts'
import { createLogger } from '../../program/logger.ts'
import { answerErrors } from '../http/answer-errors.ts'
import { createQueuedPlaces } from '../http/queued-places.ts'
import { answerQuestions } from './answer-questions.ts'
import { ask } from './ask-plays.ts'

const limits = { perKey: 2, inAll: 3, waitingPerKey: 1, waitingInAll: 9, patienceMs: 60_000 }

let clickhouse: TestClickHouse
let server: Server
let url: string
let leaving: AbortController

beforeAll(async () => {
  clickhouse = await startClickHouse()
})

beforeEach(async () => {
  leaving = new AbortController()
  const app = express()
  const subject = { kind: 'video' as const, id: '', title: '', videos: 1, durationMs: 0, posterUrl: null }
  const answer = answerQuestions({
    clickhouse: clickhouse.client,
    findSubject: async ({ params }) => ({ askerId: String(params.asker), subject, videoIds: [] }),
    places: createQueuedPlaces(limits),
  })
  app.get(
    '/:asker/endless',
    answer((question) => ask(question.clickhouse, endless, {})),
  )
  app.get(
    '/:asker/small',
    answer((question) => ask(question.clickhouse, 'SELECT 1 AS one', {})),
  )
  app.use(answerErrors(createLogger('test', 'silent')))
  server = createServer(app)
  url = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`
})

afterEach(async () => {
  leaving.abort()
  await untilRunning(0)
  await closeServer(server)
})

afterAll(() => clickhouse?.stop())

/** Gives the status, or 0 where the asker left. */
function statusOf(path: string, { signal } = leaving): Promise<number> {
  return fetch(`${url}${path}`, { signal }).then(
    ({ status }) => status,
    () => 0,
  )
}

function untilRunning(count: number): Promise<number> {
  return until(runningQueries, (running) => running === count)
}

async function runningQueries(): Promise<number> {
  const query = "SELECT count() AS queries FROM system.processes WHERE query LIKE '%sipHash64(number)%'"
  const [row] = await ask<{ queries: number }>(clickhouse.client, `${query} AND query NOT LIKE '%system%'`, {})
  return row!.queries
}

test('ClickHouse goes on with no question whose asker left, and his place is free again', async () => {
  const asked = ['a', 'b'].map((which) => statusOf(`/ada/endless?${which}`))
  await untilRunning(2)
  leaving.abort()
  expect(await Promise.all(asked)).toEqual([0, 0])
  await untilRunning(0)
  leaving = new AbortController()
  expect(await statusOf('/ada/small')).toBe(200)
})

test('who asks more at once than he has places for waits, then is refused; others are answered meanwhile', async () => {
  const [one, other] = [new AbortController(), new AbortController()]
  const running = [statusOf('/ada/endless?a', one), statusOf('/ada/endless?b', other)]
  await untilRunning(2)
  const waiting = statusOf('/ada/small?c')
  const refused = await until(
    () => fetch(`${url}/ada/small?d`),
    ({ status }) => status === 429,
  )
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await refused.json()).toMatchObject({ error: { code: 'too_many_requests' } })
  expect(await statusOf('/bob/small')).toBe(200)
  one.abort()
  expect(await waiting).toBe(200)
  other.abort()
  expect(await Promise.all(running)).toEqual([0, 0])
})

test('who asks the same again while it is asked shares the answer, and it is asked until the last of them left', async () => {
  const [one, other] = [new AbortController(), new AbortController()]
  const asked = Array.from({ length: 5 }, () => statusOf('/ada/endless', one))
  const last = statusOf('/ada/endless', other)
  await untilRunning(1)
  // Neither waiting nor refused: all of them are one question, and another one has a place.
  expect(await statusOf('/ada/small')).toBe(200)
  one.abort()
  expect(await Promise.all(asked)).toEqual([0, 0, 0, 0, 0])
  expect(await statusOf('/ada/small')).toBe(200)
  expect(await runningQueries()).toBe(1)
  other.abort()
  expect(await last).toBe(0)
  await untilRunning(0)
})
