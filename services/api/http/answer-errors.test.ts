import { createServer, type Server } from 'node:http'
import express from 'express'
import { pino } from 'pino'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { closeServer, listen } from '../../program/listen.ts'
import { answerErrors } from './answer-errors.ts'

let server: Server
let url: string
let lines: string[]
let error: Error

beforeEach(async () => {
  lines = []
  const app = express()
  app.get('/', () => {
    throw error
  })
  app.use(answerErrors(pino({}, { write: (line) => lines.push(line) })))
  server = createServer(app)
  url = `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}`
})

afterEach(() => closeServer(server))

test('who is refused for want of room is told when to come again, and the log is told nothing', async () => {
  error = new AppError('unavailable', 'Many exports are running.')
  const answer = await fetch(url)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5'])
  expect(lines).toEqual([])
})

test('a database that is away and what nobody expected are told to the log, with their cause', async () => {
  error = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  expect((await fetch(url)).status).toBe(503)
  error = new Error('a fault')
  expect((await fetch(url)).status).toBe(500)
  expect(lines.map((line) => JSON.parse(line).err.message)).toEqual(['connect', 'a fault'])
})

test('what a store says of itself is read in the log, and by nobody else', async () => {
  const cause = new Error('InvalidAccessKeyId')
  error = new AppError('unavailable', 'The storage refuses our credentials (InvalidAccessKeyId).', { cause })
  const text = await (await fetch(url)).text()
  expect(text).toContain('away for the moment')
  expect(text).not.toMatch(/credentials|InvalidAccessKeyId/)
  expect(lines.join()).toContain('InvalidAccessKeyId')
})
