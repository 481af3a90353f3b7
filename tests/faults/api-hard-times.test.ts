import { randomBytes } from 'node:crypto'
import { rm, writeFile } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { afterEach, expect, test } from 'vitest'
import { type DatabaseLine, startDatabaseLine } from '#support/fault-proxy.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'
import { wrongClock } from '#support/wrong-clock.ts'

const bytes = randomBytes(600_000)

/** Once there is such a file, a clock may jump. */
const jump = join(tmpdir(), `qqvideo-clock-jumps-${process.pid}`)

let api: UploadApi | undefined
let line: DatabaseLine | undefined
afterEach(async () => {
  await api?.stop()
  await line?.stop()
  await rm(jump, { force: true })
  api = undefined
  line = undefined
})

async function videoOf(path: string) {
  const found = (await api!.videos()).filter(({ upload_id }) => upload_id === path.split('/').at(-1))
  expect(found).toHaveLength(1)
  return found[0]!
}

async function sendForm(): Promise<Response> {
  const form = new FormData()
  form.set('file', new Blob([bytes]), 'a.mp4')
  return api!.person.request('/api/videos', { method: 'POST', body: form })
}

test('with few files allowed, more connections than there are files cost those their answer, and afterwards all is as before', async () => {
  api = await startUploadApi({}, ['prlimit', '--nofile=64'])
  const path = await api.tus.begin(bytes.length)
  await api.tus.patch(path, 0, bytes.subarray(0, 300_000))
  const sockets: Socket[] = []
  for (let count = 0; count < 150; count++) {
    const socket = connect(api.port(), '127.0.0.1').on('error', () => {})
    // Half a head: nobody answers yet, and the connection stays.
    socket.write('GET /api/health HTTP/1.1\r\nHost: x\r\n')
    sockets.push(socket)
  }
  const asked = await sendForm().catch(() => null)
  if (asked) expect([201, 503]).toContain(asked.status)
  for (const socket of sockets) socket.destroy()
  const pid = api.pid()
  await until(
    async () => (await sendForm()).status,
    (status) => status === 201,
  )
  expect(await api.tus.offset(path)).toBe(300_000)
  expect((await api.tus.patch(path, 300_000, bytes.subarray(300_000))).status).toBe(204)
  expect(await api.storedHash(await videoOf(path))).toBe(sha256(bytes))
  expect(() => process.kill(pid, 0)).not.toThrow()
})

test.each([
  ['ten minutes ahead', 'const shift = () => 600_000'],
  ['ten minutes behind', 'const shift = () => -600_000'],
  [
    'one that jumps back by an hour',
    `import { existsSync } from 'node:fs'; const shift = () => (existsSync('${jump}') ? -3_600_000 : 0)`,
  ],
])(
  'with a clock of %s uploads are taken, gone on with and kept, and rows have the database’s time',
  async (_what, shift) => {
    api = await startUploadApi({ NODE_OPTIONS: `--import=${wrongClock(shift)}` })
    const path = await api.tus.begin(bytes.length)
    await api.tus.patch(path, 0, bytes.subarray(0, 300_000))
    expect(await api.tus.offset(path)).toBe(300_000)
    await writeFile(jump, '')
    expect(await api.tus.offset(path)).toBe(300_000)
    // Another process, which looks after what is left over when it starts.
    await api.restart('SIGTERM')
    expect(await api.tus.offset(path)).toBe(300_000)
    expect((await api.tus.patch(path, 300_000, bytes.subarray(300_000))).status).toBe(204)
    expect(await api.storedHash(await videoOf(path))).toBe(sha256(bytes))
    expect((await sendForm()).status).toBe(201)
    const { rows } = await api.catalog.pool.query<{ seconds: string }>(
      'SELECT extract(epoch FROM now() - created_at) AS seconds FROM video',
    )
    expect(rows).toHaveLength(2)
    for (const { seconds } of rows) expect(Number(seconds)).toSatisfy((s: number) => s >= 0 && s < 120)
  },
)

test('asked to stop while uploads come in, it ends in order within 30 seconds, and no byte that was told is lost', async () => {
  api = await startUploadApi()
  const uploads = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const path = await api!.tus.begin(bytes.length)
      await api!.tus.patch(path, 0, bytes.subarray(0, 100_000))
      const body = new PassThrough()
      const answer = api!.tus.patch(path, 100_000, body).catch(() => null)
      body.write(bytes.subarray(100_000, 200_000))
      return { path, body, answer }
    }),
  )
  const pid = api.pid()
  process.kill(pid, 'SIGTERM')
  const ended = AbortSignal.timeout(30_000)
  const late = new Promise((resolve) => ended.addEventListener('abort', () => resolve('still there')))
  expect(await Promise.race([api.exited(), late])).toEqual({ code: 0, signal: null })
  for (const { body, answer } of uploads) {
    body.destroy()
    await answer
  }
  await api.startAgain()
  for (const { path } of uploads) {
    const offset = await api.tus.offset(path)
    expect(offset).toBeGreaterThanOrEqual(100_000)
    expect(offset).toBeLessThanOrEqual(200_000)
    expect((await api.tus.patch(path, offset, bytes.subarray(offset))).status).toBe(204)
    expect(await api.storedHash(await videoOf(path))).toBe(sha256(bytes))
  }
})

test('a database that takes connections and says nothing is told within 15 seconds, on lines that were open and on new ones', async () => {
  api = await startUploadApi(async (databaseUrl) => {
    line = await startDatabaseLine(databaseUrl)
    return { DATABASE_URL: line.url }
  })
  const ask = async () => {
    const signal = AbortSignal.timeout(15_000)
    return (await api!.person.request('/api/videos', { signal })).status
  }
  await Promise.all(Array.from({ length: 8 }, ask))
  line!.faults = { isBlackhole: true }
  line!.cutAll('silence')
  expect(await Promise.all(Array.from({ length: 8 }, ask))).toEqual(Array(8).fill(503))
  expect(await ask()).toBe(503)
  line!.faults = {}
  line!.cutAll('reset')
  await until(ask, (status) => status === 200)
})
