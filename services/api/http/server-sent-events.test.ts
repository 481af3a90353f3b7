import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import express, { type Request, type Response } from 'express'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { until } from '#support/until.ts'
import { closeServer, listen } from '../../program/listen.ts'
import { streamChanges } from './server-sent-events.ts'

const streamsOfNetwork = 64

let server: Server
let sockets: Socket[]
let reads: number
let streams: Promise<void>[]
let answers: Response[]
/** What the requests wait for before they become streams, as they wait for a database. */
let gate: Promise<void>
let valueBytes: number
let patienceMs: number

beforeEach(async () => {
  ;[sockets, streams, answers, reads, gate, valueBytes, patienceMs] = [[], [], [], 0, Promise.resolve(), 10, 30_000]
  const app = express()
  app.get('/live', async (request, response) => {
    answers.push(response)
    await gate
    const stream = follow(request, response)
    streams.push(stream)
    // Where there is no place the test reads a status.
    await stream.catch(() => response.sendStatus(429))
  })
  server = createServer(app)
  await listen(server, 0, '127.0.0.1')
})

afterEach(async () => {
  for (const socket of sockets) socket.destroy()
  await closeServer(server, 0)
})

function follow(request: Request, response: Response): Promise<void> {
  const read = async () => `${++reads} ${'x'.repeat(valueBytes)}`
  return streamChanges(request, response, { read, fingerprint: (value) => value, everyMs: 5, patienceMs })
}

/** A connection that sends so many requests at once and reads nothing. */
function ask(requests = 1): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => {})
  socket.write('GET /live HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(requests))
  return socket
}

async function statusOf(): Promise<string> {
  const socket = ask()
  const [bytes] = (await new Promise((resolve) => socket.once('data', (data) => resolve([data])))) as [Buffer]
  socket.destroy()
  return bytes.toString().split(' ')[1]!
}

/** The requests arrive, their clients leave, and only then they become streams. */
async function leaveBeforeTheStream(connections: number, requestsEach: number): Promise<void> {
  let open = () => {}
  gate = new Promise((resolve) => {
    open = resolve
  })
  for (let number = 0; number < connections; number++) ask(requestsEach)
  await until(
    async () => answers.length,
    (count) => count === connections * requestsEach,
  )
  const ends = new Set(answers.map(({ req }) => req.socket))
  for (const socket of sockets) socket.destroy()
  await until(
    async () => [...ends].every((socket) => socket.destroyed),
    (areClosed) => areClosed,
  )
  open()
  await until(
    async () => streams.length,
    (count) => count === answers.length,
  )
  await Promise.all(streams)
}

test('who leaves before his stream begins keeps no place, and nothing is read for him', async () => {
  await leaveBeforeTheStream(streamsOfNetwork, 1)
  expect(reads).toBe(0)
  expect(await statusOf()).toBe('200')
})

test('so does who sent many requests over one connection', async () => {
  await leaveBeforeTheStream(1, streamsOfNetwork)
  expect(reads).toBe(0)
  expect(await statusOf()).toBe('200')
})

test('what waits for a listener who never reads stays small, and his stream ends', async () => {
  ;[valueBytes, patienceMs] = [1_000_000, 300]
  const most = { waitingBytes: 0 }
  const socket = ask()
  socket.pause()
  await until(
    async () => {
      most.waitingBytes = Math.max(most.waitingBytes, answers[0]?.writableLength ?? 0)
      return answers[0]?.destroyed
    },
    (isOver) => isOver === true,
  )
  expect(most.waitingBytes).toBeGreaterThan(0)
  expect(most.waitingBytes).toBeLessThan(2 * valueBytes)
  await Promise.all(streams)
})

test('who reads again goes on with what is true then', async () => {
  valueBytes = 1_000_000
  const socket = ask()
  socket.pause()
  await until(
    async () => answers[0]?.writableNeedDrain,
    (isFull) => isFull === true,
  )
  const readsWhenFull = reads
  let latest = 0
  socket.on('data', (data) => {
    const number = /data: "(\d+) /.exec(data.toString('latin1'))?.[1]
    latest = Math.max(latest, Number(number ?? 0))
  })
  socket.resume()
  await until(
    async () => latest,
    (number) => number > readsWhenFull,
  )
  expect(answers[0]!.destroyed).toBe(false)
})
