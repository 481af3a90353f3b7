import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type DatabaseLine, startDatabaseLine, startFaultProxy } from '#support/fault-proxy.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'

const bytes = randomBytes(400_000)

function sendForm(api: UploadApi): Promise<Response> {
  const form = new FormData()
  form.set('file', new Blob([bytes]), 'a.mp4')
  return api.person.request('/api/videos', { method: 'POST', body: form })
}

async function storedKeys(api: UploadApi): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of api.storage.list('sources')) keys.push(key)
  return keys
}

describe('while the database is away', () => {
  let api: UploadApi
  let line: DatabaseLine

  beforeAll(async () => {
    api = await startUploadApi(async (databaseUrl) => {
      line = await startDatabaseLine(databaseUrl)
      return { DATABASE_URL: line.url }
    })
  })
  afterAll(async () => {
    await api?.stop()
    await line?.stop()
  })

  function breakLine(): void {
    // Connections are taken and closed at once.
    line.faults = { cutAfterBytes: 1, cut: 'reset' }
    line.cutAll('reset')
  }

  function mendLine(): void {
    line.faults = {}
    line.cutAll('reset')
  }

  test('uploads are refused with 503 and when to come back, before a byte is stored; afterwards all goes on without a restart', async () => {
    const path = await api.tus.begin(bytes.length)
    await api.tus.patch(path, 0, bytes.subarray(0, 100_000))
    breakLine()
    const form = await sendForm(api)
    expect([form.status, form.headers.get('retry-after')]).toEqual([503, '5'])
    const patch = await api.tus.patch(path, 100_000, bytes.subarray(100_000))
    expect([patch.status, patch.headers['retry-after']]).toEqual([503, '5'])
    expect(await storedKeys(api)).toEqual([])
    mendLine()
    await until(
      async () => (await api.tus.ask('HEAD', path)).status,
      (status) => status === 200,
    )
    expect(await api.tus.offset(path)).toBe(100_000)
    expect((await api.tus.patch(path, 100_000, bytes.subarray(100_000))).headers['x-video-id']).toBeTruthy()
    expect((await sendForm(api)).status).toBe(201)
  })

  test('a database whose line dies without a word is told as 503 and not waited for; no restart is needed afterwards', async () => {
    const before = (await storedKeys(api)).length
    line.faults = { isBlackhole: true }
    line.cutAll('silence')
    const form = await sendForm(api)
    expect([form.status, form.headers.get('retry-after')]).toEqual([503, '5'])
    expect((await api.tus.create(10)).status).toBe(503)
    expect(await storedKeys(api)).toHaveLength(before)
    mendLine()
    await until(
      async () => (await sendForm(api)).status,
      (status) => status === 201,
    )
  })

  test('an upload whose last byte comes while it goes away becomes a video at the next question', async () => {
    const path = await api.tus.begin(bytes.length)
    await api.tus.patch(path, 0, bytes.subarray(0, 399_999))
    // The request is let in, and then the database goes.
    const slow = await startFaultProxy(api.port, { bytesPerSecond: 2_000 })
    const { tusClient } = await import('#support/tus.ts')
    const last = tusClient(() => slow.port, api.person.cookie).patch(path, 399_999, bytes.subarray(399_999))
    await until(
      async () => (await readdir(join(api.folder, 'uploads'))).length,
      (count) => count > 0,
    )
    breakLine()
    expect((await last.catch(() => ({ status: 500 }))).status).toBeGreaterThanOrEqual(500)
    mendLine()
    const told = await until(
      () => api.tus.ask('HEAD', path),
      ({ status }) => status === 200,
    )
    if (!told.headers['x-video-id']) await api.tus.patch(path, 399_999, bytes.subarray(399_999))
    const [video] = (await api.videos()).filter(({ upload_id }) => upload_id === path.split('/').at(-1))
    expect(await api.storedHash(video!)).toBe(sha256(bytes))
    await slow.stop()
  })
})

describe('while the disk is full', () => {
  test('what was told as received is kept, the rest is refused with 507 and leaves nothing', async () => {
    // No file may grow beyond that, as on a disk with so much room.
    const api = await startUploadApi({}, ['prlimit', '--fsize=200000'])
    try {
      const path = await api.tus.begin(bytes.length)
      expect(await api.tus.patch(path, 0, bytes)).toMatchObject({ status: 507, code: 'storage_full' })
      expect(await api.tus.offset(path)).toBe(200_000)
      const form = await sendForm(api)
      expect(form.status).toBe(507)
      expect(await readdir(join(api.folder, 'storage', '.temporary'))).toEqual([])
      expect(await storedKeys(api)).toEqual([])
      expect((await fetch(`${api.url}/api/health`)).status).toBe(200)
    } finally {
      await api.stop()
    }
  })

  test('a disk with no room to spare is not touched at all', async ({ skip }) => {
    let disk = ''
    let isMounted = false
    const api = await startUploadApi(async (_url, folder) => {
      disk = join(folder, 'small-disk')
      await mkdir(disk)
      const mounting = promisify(execFile)('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk])
      isMounted = Boolean(await mounting.catch(() => null))
      return { STORAGE_URL: `disk://${join(disk, 'storage')}`, UPLOAD_FOLDER: join(disk, 'uploads') }
    })
    try {
      if (!isMounted) skip('this user may not mount a small disk')
      expect(await api.tus.create(1_000)).toMatchObject({ status: 507, code: 'storage_full' })
      expect((await sendForm(api)).status).toBe(507)
      expect(await readdir(join(disk, 'uploads'))).toEqual([])
    } finally {
      if (isMounted) await promisify(execFile)('umount', ['-l', disk])
      await api.stop()
    }
  })
})
