import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { forgetDeletedUploads } from '#catalog/deleted-uploads.ts'
import type { ErrorBody } from '#contract/errors.ts'
import type { Video } from '#contract/video.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'

let api: UploadApi

beforeAll(async () => {
  api = await startUploadApi({ MAX_UPLOAD_BYTES: '300000', UPLOAD_IDLE_SECONDS: '1' })
})
afterAll(() => api?.stop())

const boundary = 'abc'
const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n`
const tail = `\r\n--${boundary}--\r\n`

interface RawAnswer {
  status: number
  code: string | undefined
}

/** Sends a body byte by byte as it is, with a length that may be a lie, and gives what came back before the end. */
async function sendRaw(body: (string | Buffer | number)[], lengthBytes?: number, isCut = false): Promise<RawAnswer> {
  const socket = connect(api.port(), '127.0.0.1')
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
  })
  const ended = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  const length = lengthBytes === undefined ? 'Transfer-Encoding: chunked' : `Content-Length: ${lengthBytes}`
  const lines = ['POST /api/videos HTTP/1.1', `Host: 127.0.0.1:${api.port()}`, `Cookie: ${api.person.cookie}`]
  lines.push(`Origin: ${api.url}`, `Content-Type: multipart/form-data; boundary=${boundary}`, 'Connection: close')
  socket.write([...lines, length, '', ''].join('\r\n'))
  for (const part of body) {
    if (typeof part === 'number') await delay(part)
    else if (lengthBytes === undefined) socket.write(`${part.length.toString(16)}\r\n${part}\r\n`)
    else socket.write(part)
  }
  if (lengthBytes === undefined) socket.write('0\r\n\r\n')
  else if (isCut) socket.end()
  await ended
  const code = /"code":"(\w+)"/.exec(text)?.[1]
  return { status: Number(text.slice(9, 12)), code }
}

async function sendForm(fields: Record<string, string | Blob>, headers: Record<string, string> = {}) {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.set(name, value)
    else form.set(name, value, 'a.mp4')
  }
  return api.person.request('/api/videos', { method: 'POST', body: form, headers })
}

async function codeOf(answer: Response): Promise<string> {
  return ((await answer.json()) as ErrorBody).error.code
}

/** Everything in the storage that no video names. */
async function strays(): Promise<string[]> {
  const named = new Set((await api.videos()).map(({ source_key }) => source_key))
  const found: string[] = []
  for await (const { key } of api.storage.list('sources')) if (!named.has(key)) found.push(key)
  return [...found, ...(await readdir(join(api.folder, 'storage', '.temporary')))]
}

async function openFiles(): Promise<number> {
  return (await readdir(`/proc/${api.pid()}/fd`)).length
}

describe('forms', () => {
  test.each([
    ['no closing boundary', [head, 'hello'], 400],
    ['an empty field name', [head.replace('"file"', '""'), 'hello', tail], 400],
    ['no part at all', [tail], 400],
    ['broken part headers', [`--${boundary}\r\nContent-Dispo`, '\r\n\r\n', tail], 400],
  ] as const)('with %s are refused', async (_what, body, status) => {
    const length = body.reduce((sum, part) => sum + part.length, 0)
    expect((await sendRaw([...body], length)).status).toBe(status)
    await until(strays, (left) => left.length === 0)
  })

  test('with thousands of fields, or fields nested a thousand deep, are refused', async () => {
    const field = (name: string) => `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\nx\r\n`
    const many = field('a').repeat(10_000)
    expect((await sendRaw([many, tail], many.length + tail.length)).status).toBe(400)
    const deep = field(`a${'[b]'.repeat(1_000)}`)
    expect((await sendRaw([deep, tail], deep.length + tail.length)).status).toBe(400)
  })

  test('that break off are told and leave nothing', async () => {
    expect((await sendRaw([head, 'hello'], 100_000, true)).status).toBe(400)
    await until(strays, (left) => left.length === 0)
  })

  test('that are aborted a hundred times over leave no file open and none behind', async () => {
    await sendForm({ file: new Blob(['warm']) })
    const before = await openFiles()
    for (let round = 0; round < 100; round++) {
      const socket = connect(api.port(), '127.0.0.1')
      socket.on('error', () => {})
      const request = `POST /api/videos HTTP/1.1\r\nHost: x\r\nCookie: ${api.person.cookie}\r\nContent-Length: 100000\r\n`
      socket.write(`${request}Content-Type: multipart/form-data; boundary=${boundary}\r\n\r\n${head}`)
      await new Promise((resolve) => socket.write(randomBytes(50_000), resolve))
      socket.resetAndDestroy()
    }
    await until(strays, (left) => left.length === 0)
    await until(openFiles, (open) => open <= before + 8)
  })

  test('over the limit are 413, whether they tell their length or not, and leave nothing', async () => {
    const big = 'x'.repeat(400_000)
    const length = head.length + big.length + tail.length
    expect(await sendRaw([head, big, tail], length)).toMatchObject({ status: 413, code: 'file_too_large' })
    expect(await sendRaw([head, big, tail])).toMatchObject({ status: 413, code: 'file_too_large' })
    await until(strays, (left) => left.length === 0)
  })

  test('over the limit that never end are cut at the limit', async () => {
    const socket = connect(api.port(), '127.0.0.1')
    let text = ''
    socket.on('error', () => {})
    socket.on('data', (chunk) => {
      text += chunk
    })
    const lines = ['POST /api/videos HTTP/1.1', `Host: 127.0.0.1:${api.port()}`, `Cookie: ${api.person.cookie}`]
    lines.push(
      `Origin: ${api.url}`,
      `Content-Type: multipart/form-data; boundary=${boundary}`,
      'Transfer-Encoding: chunked',
      '',
      '',
    )
    socket.write(`${lines.join('\r\n')}${head.length.toString(16)}\r\n${head}\r\n`)
    const piece = `10000\r\n${'x'.repeat(0x10000)}\r\n`
    let sentPieces = 0
    for (; !socket.destroyed && sentPieces < 3_000; sentPieces++)
      await new Promise((resolve) => socket.write(piece, resolve))
    // Whether the answer arrives is up to the line: there are pieces on their way against it.
    if (text) expect(text).toContain('file_too_large')
    expect(sentPieces).toBeLessThan(3_000)
    await until(strays, (left) => left.length === 0)
  })

  test('that fall silent are ended with 408, those that are slow are not', async () => {
    const bytes = 'hello'
    const length = head.length + bytes.length + tail.length
    const slow = [head, ...[...bytes].flatMap((letter) => [300, letter]), 300, tail]
    expect(await sendRaw(slow, length)).toMatchObject({ status: 201 })
    expect(await sendRaw([head, 'hel', 1_500], length)).toMatchObject({ status: 408, code: 'upload_idle' })
    await until(strays, (left) => left.length === 0)
  })
})

test('names of files are text to be shown and nothing else', async () => {
  const names = [
    '../../etc/x.mp4',
    '-y.mp4',
    'a%03d.mp4',
    'http:evil.mp4',
    'con.mp4',
    'x'.repeat(300),
    '\u202egpj.mp4',
    '🛶.mp4',
  ]
  for (const name of names) {
    const { id } = await api.person.upload(new Blob(['hello']), name)
    const row = (await api.videos()).find((video) => video.id === id)!
    expect(row.source_key).toMatch(/^sources\/[0-9a-f-]{36}$/)
    expect(row.title.length).toBeLessThanOrEqual(200)
    expect(row.source_name).not.toMatch(/[\u202e\r\n\0]/)
  }
})

test('the same Idempotency-Key is one video, however often and at once it is sent; without one each is a video', async () => {
  const bytes = randomBytes(50_000)
  const send = (key?: string) => sendForm({ file: new Blob([bytes]) }, key ? { 'Idempotency-Key': key } : {})
  const answers = [...(await Promise.all([send('k'), send('k'), send('k')])), await send('k')]
  const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Video).id))
  expect(new Set(ids).size).toBe(1)
  const row = (await api.videos()).find(({ id }) => id === ids[0])!
  expect(await api.storedHash(row)).toBe(sha256(bytes))
  const loose = await Promise.all([send(), send()])
  const looseIds = await Promise.all(loose.map(async (answer) => ((await answer.json()) as Video).id))
  expect(new Set(looseIds).size).toBe(2)
  expect(await strays()).toEqual([])
})

test('a form that is sent again after its video was deleted is told so, and makes no other for a week', async () => {
  const send = () => sendForm({ file: new Blob(['hello']) }, { 'Idempotency-Key': 'deleted' })
  const { id } = (await (await send()).json()) as Video
  const { source_key: key } = (await api.videos()).find((video) => video.id === id)!
  expect((await api.person.request(`/api/videos/${id}`, { method: 'DELETE' })).status).toBe(204)
  const before = (await api.videos()).length
  const answers = await Promise.all([send(), send()])
  for (const answer of answers) expect([answer.status, await codeOf(answer)]).toEqual([410, 'video_deleted'])
  expect(await api.videos()).toHaveLength(before)
  // Of what was sent again nothing stays. A worker, of whom there is none here, would sweep the file of the deleted one.
  await api.storage.deletePrefix(key!)
  expect(await strays()).toEqual([])
  const { database } = api.catalog
  await forgetDeletedUploads(database, new Date(Date.now() - 60_000))
  expect((await send()).status).toBe(410)
  await forgetDeletedUploads(database, new Date(Date.now() + 60_000))
  expect((await send()).status).toBe(201)
})

describe('a file that is clearly no video', () => {
  const others = {
    'a page': '<!DOCTYPE html>\n<html><p>404</p></html>',
    'a page behind a byte order mark': '\ufeff\n<html lang="en">',
    'a document': '%PDF-1.7\n',
    'an archive': 'PK\x03\x04\x14\0',
    'a drawing': '<?xml version="1.0"?>\n<!-- made by hand -->\n<svg xmlns="http://www.w3.org/2000/svg"/>',
  }

  test.each(Object.entries(others))('is 415 whatever its name and type say: %s', async (_kind, text) => {
    const file = new Blob([text, 'x'.repeat(200_000)], { type: 'video/mp4' })
    const answer = await sendForm({ file })
    expect([answer.status, await codeOf(answer)]).toEqual([415, 'not_a_video'])
    const bytes = Buffer.from(await file.arrayBuffer())
    const path = await api.tus.begin(bytes.length)
    expect(await api.tus.patch(path, 0, bytes)).toMatchObject({ status: 415, code: 'not_a_video' })
    expect((await api.tus.ask('HEAD', path)).status).toBe(404)
    expect(await strays()).toEqual([])
  })

  test('is 415 also where its first bytes come one by one', async () => {
    const bytes = Buffer.from('%PDF-1.7')
    const path = await api.tus.begin(bytes.length)
    for (let offset = 0; offset < 7; offset++) await api.tus.patch(path, offset, bytes.subarray(offset, offset + 1))
    expect(await api.tus.patch(path, 7, bytes.subarray(7))).toMatchObject({ status: 415, code: 'not_a_video' })
    expect((await api.tus.ask('HEAD', path)).status).toBe(404)
    expect(await strays()).toEqual([])
  })

  test.each(['hello, this may be a format nobody here knows', 'PK', '<'])(
    'is not what may be one: %s',
    async (text) => {
      const { status } = await sendForm({ file: new Blob([text], { type: 'text/html' }) })
      expect(status).toBe(201)
    },
  )
})

test('a mistyped visibility publishes nothing and keeps nothing', async () => {
  const answer = await sendForm({ visibility: 'secret', file: new Blob(['hello']) })
  expect([answer.status, await codeOf(answer)]).toEqual([400, 'bad_request'])
  expect(await strays()).toEqual([])
})

test('memory stays flat while bodies go by', async () => {
  const residentKb = async () => Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${api.pid()}/status`, 'utf8'))![1])
  const file = new Blob([randomBytes(250_000)])
  for (let round = 0; round < 10; round++) await sendForm({ file })
  const before = await residentKb()
  for (let round = 0; round < 40; round++) await sendForm({ file })
  expect((await residentKb()) - before).toBeLessThan(60_000)
})
