import { createServer, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import express, { type Request, type Response } from 'express'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Catalog } from '#catalog/open-catalog.ts'
import { newVideoId } from '#contract/ids.ts'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { until } from '#support/until.ts'
import { migrateClickHouse } from '../../../../infra/clickhouse/migrate.ts'
import { closeServer, listen } from '../../../program/listen.ts'
import { answerErrors } from '../../http/answer-errors.ts'
import { sendExport } from './send-export.ts'

const exportsAtOnce = 3
const videoId = newVideoId()

let clickhouse: TestClickHouse
let server: Server
let port: number
let logged: string[]
let answers: Response[]
/** What it takes to find out whether the asker may. */
let lookUp: Promise<void>

beforeAll(async () => {
  clickhouse = await startClickHouse()
  await migrateClickHouse(clickhouse.client)
  // Much more than the buffers of a connection hold.
  await clickhouse.client.command({
    query: `INSERT INTO play (video_id, hour, play_id, site, page, judgement, opened_at, last_word, definition_version)
            SELECT {videoId:String}, toStartOfHour(opened), number + 1, 'a.example', repeat('x', 500),
                   bitShiftLeft(toUInt64(4), 32) + 1, opened, 1, 2
            FROM (SELECT number, now64(3) - INTERVAL 3 HOUR AS opened FROM numbers(40000))`,
    query_params: { videoId },
  })
  const app = express()
  const stores = { clickhouse: clickhouse.client, catalog: {} as Catalog }
  app.get('/export/:table', (_request, response, next) => {
    answers.push(response)
    next()
  })
  app.get('/export/:table', sendExport(stores, find, { patienceMs: 3_000 }))
  app.use(answerErrors(pino({}, { write: (line) => logged.push(line) })))
  server = createServer(app)
  port = await listen(server, 0, '127.0.0.1')
})

beforeEach(() => {
  ;[logged, answers, lookUp] = [[], [], Promise.resolve()]
})

afterAll(async () => {
  if (server) await closeServer(server, 0)
  await clickhouse?.stop()
})

async function find(_request: Request) {
  await lookUp
  const subject = { kind: 'video' as const, id: videoId, title: '', videos: 1, durationMs: 60_000, posterUrl: null }
  return { askerId: '', subject, videoIds: [videoId] }
}

/** Connections that ask for all plays and read nothing. */
async function startReaders(count = exportsAtOnce): Promise<Socket[]> {
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(port, '127.0.0.1').pause()
    socket.on('error', () => {})
    socket.write('GET /export/plays?format=json HTTP/1.1\r\nHost: localhost\r\n\r\n')
    return socket
  })
  await until(
    async () => answers.length,
    (asked) => asked === count,
  )
  return sockets
}

function untilEach(isSo: (answer: Response) => boolean): Promise<boolean> {
  return until(
    async () => answers.length > 0 && answers.every(isSo),
    (areAll) => areAll,
  )
}

const statusOfOther = async () => (await fetch(`http://127.0.0.1:${port}/export/timeline`)).status

test('an export of which nothing is taken ends, and its place is free again', async () => {
  const sockets = await startReaders()
  await untilEach((answer) => answer.writableNeedDrain)
  expect(await statusOfOther()).toBe(429)
  answers.pop()
  await untilEach((answer) => answer.destroyed)
  await until(statusOfOther, (status) => status === 200)
  expect(logged).toEqual([])
  for (const socket of sockets) socket.destroy()
})

test('who leaves before or while he is sent an export keeps no place and is no fault', async () => {
  let open = () => {}
  lookUp = new Promise((resolve) => {
    open = resolve
  })
  const early = await startReaders()
  const ends = answers.map(({ req }) => req.socket)
  for (const socket of early) socket.destroy()
  await until(
    async () => ends.every((socket) => socket.destroyed),
    (areClosed) => areClosed,
  )
  open()
  expect(await statusOfOther()).toBe(200)

  answers = []
  const late = await startReaders()
  await untilEach((answer) => answer.headersSent)
  for (const socket of late) socket.resetAndDestroy()
  await until(statusOfOther, (status) => status === 200)
  expect(logged).toEqual([])
})
