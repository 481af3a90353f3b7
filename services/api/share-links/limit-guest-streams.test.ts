import { createServer } from 'node:http'
import type { Socket } from 'node:net'
import express, { type Request } from 'express'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ShareLink } from '#contract/share-links.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { until } from '#support/until.ts'
import { closeServer, listen } from '../../program/listen.ts'
import { createLogger } from '../../program/logger.ts'
import { answerErrors } from '../http/answer-errors.ts'
import { type GuestStreamLimits, guestStreamLimits, limitGuestStreams } from './limit-guest-streams.ts'

const hourMs = 60 * 60_000

let api: TestApi
let ada: Person
let leaving: AbortController

beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url, 'Ada')
})

beforeEach(() => {
  leaving = new AbortController()
})

afterEach(() => leaving.abort())
afterAll(() => api?.stop())

async function linkTo(filter: object): Promise<string> {
  const film = await api.addVideo(ada)
  const answer = await ada.send('POST', `/api/videos/${film}/share-links`, { filter })
  return ((await answer.json()) as ShareLink).url.split('/').at(-1)!
}

async function follow(token: string, query = '', { signal } = leaving): Promise<Response> {
  return held(await fetch(`${api.url}/api/shared/${token}/views/live?${query}`, { signal }))
}

/** An answer that nobody holds is closed when memory is tidied up. */
function held(answer: Response): Response {
  answers.push(answer)
  return answer
}

const answers: Response[] = []

test('a link is followed live under few different filters at once, and under another when one is left', async () => {
  const token = await linkTo({})
  const one = new AbortController()
  for (let hours = 1; hours < guestStreamLimits.questionsPerLink; hours++)
    expect((await follow(token, `fromMs=${hours * hourMs}`)).status).toBe(200)
  expect((await follow(token, 'site=a.example', one)).status).toBe(200)
  const refused = await follow(token, 'site=b.example')
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30'])
  expect(await refused.json()).toMatchObject({ error: { code: 'too_many_requests' } })
  // What is asked already costs nothing more; what is no filter is no question.
  expect((await follow(token, `fromMs=${hourMs}`)).status).toBe(200)
  expect((await follow(token, 'counting=all')).status).toBe(400)
  one.abort()
  const statusOfOther = async () => (await follow(token, 'site=b.example')).status
  await until(statusOfOther, (status) => status === 200)
})

test('what a link fixes is no different filter, whatever is asked with it', async () => {
  const token = await linkTo({ site: 'a.example' })
  for (let number = 0; number < 2 * guestStreamLimits.questionsPerLink; number++)
    expect((await follow(token, `site=${number}.example`)).status).toBe(200)
})

test('links that never were take no place', async () => {
  for (let number = 0; number < guestStreamLimits.questionsInAll + 1; number++)
    expect((await follow(`${number}`.repeat(32))).status).toBe(404)
  expect((await follow(await linkTo({}))).status).toBe(200)
})

test('a link has places for so many listeners, and all links together have', async () => {
  const gate = await startGate({ streamsPerLink: 2, streamsInAll: 3, questionsPerLink: 9, questionsInAll: 9 })
  expect([await gate.status('one'), await gate.status('one'), await gate.status('one')]).toEqual([200, 200, 429])
  expect([await gate.status('other'), await gate.status('third')]).toEqual([200, 503])
  leaving.abort()
  await gate.stop()
})

test('who leaves while his link is still looked up keeps no place', async () => {
  const gate = await startGate({ streamsPerLink: 2, streamsInAll: 2, questionsPerLink: 2, questionsInAll: 2 })
  const open = gate.hold()
  const gone = new AbortController()
  const asking = ['one', 'other'].map((link) => gate.status(link, gone).catch(() => 'left'))
  await until(
    async () => gate.sockets.length,
    (count) => count === 2,
  )
  gone.abort()
  expect(await Promise.all(asking)).toEqual(['left', 'left'])
  await until(
    async () => gate.sockets.every((socket) => socket.destroyed),
    (areClosed) => areClosed,
  )
  open()
  expect([await gate.status('one'), await gate.status('other')]).toEqual([200, 200])
  leaving.abort()
  await gate.stop()
})

/** The limits before streams that say one word, behind a look-up that can be held up. */
async function startGate(limits: GuestStreamLimits) {
  let lookUp = Promise.resolve()
  const sockets: Socket[] = []
  const find = async ({ socket }: Request) => {
    sockets.push(socket)
    await lookUp
    return {
      askerId: '',
      subject: { kind: 'video' as const, id: '', title: '', videos: 1, durationMs: 0, posterUrl: null },
      videoIds: [],
    }
  }
  const app = express()
  app.get('/:token', limitGuestStreams(find, limits), (_request, response) => void response.write('open'))
  app.use(answerErrors(createLogger('test', 'silent')))
  const server = createServer(app)
  const port = await listen(server, 0, '127.0.0.1')
  return {
    sockets,
    async status(link: string, { signal } = leaving) {
      return held(await fetch(`http://127.0.0.1:${port}/${link}`, { signal })).status
    },
    hold() {
      let open = () => {}
      lookUp = new Promise((resolve) => {
        open = resolve
      })
      return open
    },
    stop: () => closeServer(server),
  }
}
