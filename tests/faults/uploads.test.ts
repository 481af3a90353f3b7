import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allParts, partPath, partRange } from '#contract/upload-parts.ts'
import type { Video } from '#contract/video.ts'
import { until } from '#support/until.ts'
import { sha256, startUploadApi, type UploadApi } from '#support/upload-api.ts'
import { type Random, seededRandom } from './random.ts'

// Say FAULT_SEED=n to have a run again, FAULT_KILLS=n for another number of kills.
const seed = Number(process.env.FAULT_SEED ?? Date.now() % 1_000_000)
const kills = Number(process.env.FAULT_KILLS ?? 60)
const sendersAtOnce = 4

let api: UploadApi
beforeAll(async () => {
  api = await startUploadApi({ UNFINISHED_UPLOADS: '1000' })
})
afterAll(() => api?.stop())

/** What one sender did and was told. */
interface Sent {
  way: 'form' | 'tus' | 'parts'
  name: string
  bytes: Buffer
  /** Where its upload lies, or its Idempotency-Key. */
  place: string
  /** The video that it was told of, once it was. */
  videoId: string | null
}

test(`every upload that was acknowledged is one video with its very bytes, after ${kills} kills (seed ${seed})`, async () => {
  const random = seededRandom(seed)
  const log: Sent[] = []
  let isOver = false
  const senders = Array.from({ length: sendersAtOnce }, async (_, number) => {
    for (let round = 0; !isOver; round++) {
      const sent = newUpload(random, `${number}-${round}.mp4`)
      log.push(sent)
      await sendUntilAcknowledged(sent, () => isOver)
    }
  })
  let died = 0
  for (; died < kills; died++) {
    await delay(random.whole(0, 600))
    await api.restart(random.whole(0, 5) === 0 ? 'SIGTERM' : 'SIGKILL')
  }
  isOver = true
  await Promise.all(senders)
  // What the last kill left whole is found at the start.
  await api.restart()

  const acknowledged = log.filter(({ videoId }) => videoId !== null)
  console.log(`seed ${seed}: ${died} kills, ${log.length} uploads begun, ${acknowledged.length} acknowledged`)
  const videos = await api.videos()
  for (const sent of log) {
    const made = videos.filter(({ source_name }) => source_name === sent.name)
    if (sent.videoId) expect([sent.name, made.map(({ id }) => id)]).toEqual([sent.name, [sent.videoId]])
    else expect(made.length).toBeLessThanOrEqual(1)
    for (const video of made) expect([sent.name, await api.storedHash(video)]).toEqual([sent.name, sha256(sent.bytes)])
  }
  expect(acknowledged.length).toBeGreaterThan(kills / 4)
  await expectNothingLeft(log)
}, 600_000)

function newUpload(random: Random, name: string): Sent {
  const bytes = randomBytes(random.whole(3, 600_000))
  return { way: random.oneOf(['form', 'tus', 'parts']), name, bytes, place: '', videoId: null }
}

/** As a good client does it: again and again, with the same key or from where the server is. */
async function sendUntilAcknowledged(sent: Sent, isOver: () => boolean): Promise<void> {
  while (sent.videoId === null && !isOver()) {
    try {
      await ways[sent.way](sent)
    } catch {
      await delay(20)
    }
  }
}

async function sendForm(sent: Sent): Promise<void> {
  sent.place ||= `key ${sent.name}`
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array(sent.bytes)]), sent.name)
  const headers = { 'Idempotency-Key': sent.place }
  const answer = await api.person.request('/api/videos', { method: 'POST', body: form, headers })
  if (answer.status === 201) sent.videoId = ((await answer.json()) as Video).id
}

async function sendResumable(sent: Sent): Promise<void> {
  sent.place ||= await api.tus.begin(sent.bytes.length, { filename: sent.name })
  const { status, headers } = await api.tus.ask('HEAD', sent.place)
  if (status !== 200) throw new Error(`HEAD ${status}`)
  const offset = Number(headers['upload-offset'])
  const told = headers['x-video-id']
    ? headers
    : (await api.tus.patch(sent.place, offset, sent.bytes.subarray(offset, offset + 200_000))).headers
  if (told['x-video-id']) sent.videoId = String(told['x-video-id'])
}

/** Three parts side by side, each from where it is. */
async function sendInParts(sent: Sent): Promise<void> {
  const length = { 'Upload-Length': String(sent.bytes.length), 'Upload-Parts': '3' }
  const metadata = { 'Upload-Metadata': `filename ${Buffer.from(sent.name).toString('base64')}` }
  if (!sent.place) {
    const { headers } = await api.tus.ask('POST', '/api/uploads', { ...length, ...metadata })
    sent.place = headers.location ?? ''
    if (!sent.place) throw new Error('not created')
  }
  await Promise.all(
    allParts(3).map(async (part) => {
      const { startByte, endByte } = partRange(sent.bytes.length, part)
      const path = sent.place + partPath(part)
      const { status, headers } = await api.tus.ask('HEAD', path)
      if (status !== 200) throw new Error(`HEAD ${status}`)
      const from = startByte + Number(headers['upload-offset'])
      const piece = sent.bytes.subarray(from, Math.min(endByte, from + 60_000))
      const told = headers['x-video-id'] ? headers : (await api.tus.patch(path, from - startByte, piece)).headers
      if (told['x-video-id']) sent.videoId = String(told['x-video-id'])
    }),
  )
}

const ways = { form: sendForm, tus: sendResumable, parts: sendInParts }

/** Of everything on disk only what a video or an unfinished upload names; the rest is young and goes with its day. */
async function expectNothingLeft(log: readonly Sent[]): Promise<void> {
  const unfinished = new Set(log.filter(({ videoId }) => !videoId).map(({ place }) => place.split('/').at(-1)))
  const names = await readdir(join(api.folder, 'uploads'))
  const begun = new Set(names.filter((name) => name.endsWith('.json')).map((name) => name.slice(0, -5)))
  // A creation whose answer was lost is known to the server only, and swept after a week.
  for (const id of begun) if (!unfinished.has(id)) expect(await api.tus.offset(`/api/uploads/${id}`)).toBe(0)
  const videos = await api.videos()
  const sources = new Set(videos.map(({ source_key }) => source_key))
  const strays: string[] = []
  for await (const { key } of api.storage.list('sources')) if (!sources.has(key)) strays.push(key)
  console.log(`${strays.length} sources without a video wait for the sweep`)
  const { sweepUploads } = await import('../../services/api/uploads/sweep-uploads.ts')
  const { placeOnDisk } = await import('../../services/api/uploads/place-on-disk.ts')
  const { UploadLocks } = await import('../../services/api/uploads/upload-locks.ts')
  const { createLogger } = await import('../../services/program/logger.ts')
  const place = await placeOnDisk(join(api.folder, 'uploads'), api.storage)
  const stores = { catalog: api.catalog, storage: api.storage, logger: createLogger('api', 'silent') }
  await sweepUploads(stores, { place, locks: new UploadLocks(), nowMs: Date.now() + 8 * 24 * 60 * 60 * 1000 })
  expect(await readdir(join(api.folder, 'uploads'))).toEqual([])
  expect(await readdir(join(api.folder, 'storage', '.temporary'))).toEqual([])
  const kept: string[] = []
  for await (const { key } of api.storage.list('sources')) kept.push(key)
  expect(kept.sort()).toEqual([...sources].sort())
  await until(
    () => api.catalog.database.selectFrom('unfinished_upload').selectAll().execute(),
    (rows) => rows.length === 0,
  )
}
