import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { maxAttempts } from '#catalog/jobs.ts'
import { claimPart } from '#catalog/parts.ts'
import type { Storage } from '#storage/storage.ts'
import { ffprobe, makeClip } from '#support/media.ts'
import { storageWith } from '#support/storage-with.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { workWhole } from '#support/work-whole.ts'
import type { Context } from './context.ts'
import { isGrowing } from './media/hls/growing-playlist.ts'
import { durationOf, parseMediaPlaylist } from './media/hls/media-playlist.ts'
import { workJob } from './work-job.ts'

let site: TestSite
let context: Context
/** Cannot be copied, and long enough to be seen while it grows. */
let clip: string

beforeAll(async () => {
  site = await openTestSite()
  // What follows the first version is not looked at closely here.
  context = await openTestContext(site, { maxHeight: 240 })
  clip = await makeClip(join(site.folder, 'clip.mkv'), { seconds: 40, width: 640, height: 360, codec: 'mpeg4' })
})
afterAll(() => site?.close())

interface Write {
  key: string
  /** Of playlists only. */
  text: string
}

/** The same storage, which tells each write once it is done. */
function observed(storage: Storage, onWrite: (write: Write) => void): Storage {
  return storageWith(storage, {
    async put(key, body, options) {
      const info = await storage.put(key, body, options)
      onWrite({ key, text: key.endsWith('.m3u8') ? (body as Buffer).toString() : '' })
      return info
    },
    async adoptFile(key, path) {
      const text = key.endsWith('.m3u8') ? await readFile(path, 'utf8') : ''
      const info = await storage.adoptFile(key, path)
      onWrite({ key, text })
      return info
    },
  })
}

/** Works on the video until its first version is shown and grows, and then no more. */
async function workUntilShown(videoId: string): Promise<void> {
  const stopping = new AbortController()
  const storage = observed(site.storage, ({ key }) => {
    if (key.endsWith('/first/master.m3u8')) void isPlanned(videoId).then(() => stopping.abort())
  })
  await expect(workWhole({ ...context, storage, stopping: stopping.signal }, videoId)).rejects.toThrow()
}

/** The rest of the work was cut into parts, which is done once people can watch. */
async function isPlanned(videoId: string): Promise<void> {
  await until(
    () => site.catalog.database.selectFrom('transcode_part').select('part').where('video_id', '=', videoId).execute(),
    (parts) => parts.length > 0,
  )
}

test('what has to be encoded is shown while it is made, and no playlist ever names what is not there', async () => {
  const { id } = await site.upload(clip)
  const writes: Write[] = []
  await workWhole({ ...context, storage: observed(site.storage, (write) => writes.push(write)) }, id)
  const root = `videos/${id}/a1/first`
  const playlists = writes.filter(({ key }) => key === `${root}/all/playlist.m3u8`)
  expect(playlists.length).toBeGreaterThan(1)
  for (const write of playlists) {
    const before = new Set(writes.slice(0, writes.indexOf(write)).map(({ key }) => key))
    const { initName, segments } = parseMediaPlaylist(write.text)
    for (const name of [initName, ...segments.map((segment) => segment.name)]) {
      expect(before).toContain(`${root}/all/${name}`)
    }
  }
  const texts = playlists.map(({ text }) => text)
  expect(texts.map(isGrowing)).toEqual(texts.map((_, index) => index < texts.length - 1))
  for (const [index, text] of texts.entries()) expect(texts.at(-1)!.startsWith(text), `write ${index}`).toBe(true)
  expect(parseMediaPlaylist(texts[0]!).segments.map((segment) => segment.durationS)).toEqual([1, 1, 2])
  // People can watch before the ladder has a single segment.
  const shownAt = writes.findIndex(({ key }) => key === `${root}/master.m3u8`)
  expect(writes.findIndex(({ key }) => key.includes('/ladder/'))).toBeGreaterThan(shownAt)

  const { streams } = await ffprobe(join(site.folder, 'storage', root, 'master.m3u8'), [
    '-count_frames',
    '-show_entries',
    'stream=codec_type,codec_name,height,nb_read_frames,start_time',
  ])
  const picture = streams.find((stream) => stream.codec_type === 'video')!
  const sound = streams.find((stream) => stream.codec_type === 'audio')!
  expect(picture).toMatchObject({ codec_name: 'h264', height: 360, nb_read_frames: String(40 * 24) })
  expect(Math.abs(Number(picture.start_time) - Number(sound.start_time))).toBeLessThan(0.03)
  const row = await site.row(id)
  expect(row).toMatchObject({ status: 'ready', flags: [] })
  expect(Math.abs(row.duration_ms - 40_000)).toBeLessThan(100)
})

test('a long copy is shown from its first segments, named in parts, and told its length when it is whole', async () => {
  const path = await makeClip(join(site.folder, 'long.mp4'), {
    seconds: 160,
    width: 64,
    height: 64,
    framesPerSecond: 5,
  })
  const { id } = await site.upload(path)
  const writes: Write[] = []
  await workWhole({ ...context, storage: observed(site.storage, (write) => writes.push(write)) }, id)
  const texts = writes.filter(({ key }) => key.endsWith('/remux/all/playlist.m3u8')).map(({ text }) => text)
  expect(parseMediaPlaylist(texts[0]!).segments).toHaveLength(2)
  expect(isGrowing(texts[0]!)).toBe(true)
  expect(isGrowing(texts.at(-1)!)).toBe(false)
  expect(Math.abs(durationOf(parseMediaPlaylist(texts.at(-1)!)) - 160)).toBeLessThan(0.5)
})

/** Reordered pictures one of which is held for six seconds: the next segment is decoded long before it is shown. */
async function clipWithHold(name: string, { atS, seconds }: { atS: number; seconds: number }): Promise<string> {
  const select = `select='not(between(t,${atS - 0.01},${atS + 5.99}))'`
  return makeClip(join(site.folder, name), {
    ...{ seconds, width: 64, height: 64, framesPerSecond: 10 },
    more: ['-preset', 'veryfast', '-bf', '2', '-sc_threshold', '0', '-vf', select, '-fps_mode', 'vfr'],
  })
}

test('a copy whose segments are not where players look for them is shown to nobody', async () => {
  const { id } = await site.upload(await clipWithHold('early.mkv', { atS: 4, seconds: 20 }))
  const writes: string[] = []
  await workWhole({ ...context, storage: observed(site.storage, ({ key }) => writes.push(key)) }, id)
  expect(writes.filter((key) => key.includes('/remux/'))).toEqual([])
  expect(writes).toContain(`videos/${id}/a1/first/master.m3u8`)
  const row = await site.row(id)
  expect(row).toMatchObject({ status: 'ready', published_prefix: `videos/${id}/a1/ladder` })
  expect(Math.abs(row.duration_ms - 20_000)).toBeLessThan(150)
})

test('a copy that goes astray later is left where it is right, for one that is encoded and leads at least as far', async () => {
  const { id } = await site.upload(await clipWithHold('late.mkv', { atS: 32, seconds: 44 }))
  const writes: Write[] = []
  await workWhole({ ...context, storage: observed(site.storage, (write) => writes.push(write)) }, id)
  const root = `videos/${id}/a1`
  const playlistsOf = (way: string) => writes.filter(({ key }) => key === `${root}/${way}/all/playlist.m3u8`)
  const shownS = durationOf(parseMediaPlaylist(playlistsOf('remux').at(-1)!.text))
  expect(shownS).toBeGreaterThanOrEqual(8)
  expect(shownS).toBeLessThanOrEqual(38)
  expect(playlistsOf('remux').at(-1)!.text).toMatch(/goes on elsewhere\n#EXT-X-ENDLIST\n$/)
  expect(durationOf(parseMediaPlaylist(playlistsOf('first')[0]!.text))).toBeGreaterThanOrEqual(shownS)
  expect(await site.row(id)).toMatchObject({ status: 'ready', published_prefix: `${root}/ladder` })
})

test('few keyframes make a copy unfit, and the video is encoded fast instead', async () => {
  const path = join(site.folder, 'rare.mp4')
  await makeClip(path, { seconds: 30, width: 160, height: 120, keyframeSeconds: 30 })
  const { id } = await site.upload(path)
  const writes: string[] = []
  await workWhole({ ...context, storage: observed(site.storage, ({ key }) => writes.push(key)) }, id)
  expect(writes.some((key) => key.includes('/remux/'))).toBe(false)
  expect(writes).toContain(`videos/${id}/a1/first/master.m3u8`)
})

test('where a worker ends in the middle the next one shows a new first version, and the old one leads to it', async () => {
  const { id } = await site.upload(clip)
  await workUntilShown(id)
  const former = `videos/${id}/a1/first`
  expect(await site.row(id)).toMatchObject({ status: 'playable', published_prefix: former, duration_ms: 0 })
  expect(isGrowing(await site.read(`${former}/all/playlist.m3u8`))).toBe(true)
  await workWhole(context, id)
  expect(await site.row(id)).toMatchObject({ status: 'ready', published_prefix: `videos/${id}/a1/ladder` })
  expect(await site.read(`${former}/all/playlist.m3u8`)).toMatch(/goes on elsewhere\n#EXT-X-ENDLIST\n$/)
  expect(isGrowing(await site.read(`videos/${id}/a1/t2/first/all/playlist.m3u8`))).toBe(false)
})

test('what is whole already is not made again', async () => {
  const { id } = await site.upload(clip)
  await workUntilShown(id)
  const former = `videos/${id}/a1/first`
  const text = await site.read(`${former}/all/playlist.m3u8`)
  await site.storage.put(`${former}/all/playlist.m3u8`, Buffer.from(`${text}#EXT-X-ENDLIST\n`))
  await workWhole(context, id)
  expect(await site.keys(`videos/${id}/a1/t2`)).toEqual([])
  expect(await site.row(id)).toMatchObject({ status: 'ready', published_prefix: `videos/${id}/a1/ladder` })
})

test('where nobody tries again the playlist ends where it stands, and the video is as long as that', async () => {
  const { id } = await site.upload(clip)
  await workUntilShown(id)
  const key = `videos/${id}/a1/first/all/playlist.m3u8`
  const shownS = durationOf(parseMediaPlaylist(await site.read(key)))
  // As workers leave it that are killed with a part.
  const job = { videoId: id, attempt: 1, part: 1 }
  for (let attempt = 0; attempt < maxAttempts; attempt++) {
    await claimPart(site.catalog.database, { ...job, jobId: crypto.randomUUID(), worker: 'killed' })
  }
  const data = { version: 2 as const, kind: 'part' as const, ...job }
  await workJob(context, { id: crypto.randomUUID(), data, signal: new AbortController().signal })
  expect(await site.row(id)).toMatchObject({
    status: 'ready',
    flags: ['ladder_failed'],
    failure_code: 'transcode_failed',
    duration_ms: Math.round(shownS * 1_000),
  })
  expect(isGrowing(await site.read(key))).toBe(false)
})

test('a video that claims to be short and grows too long is taken back', async () => {
  // The clock of a stream may begin anew in the middle: its end is then no later than that of its first half.
  const half = await makeClip(join(site.folder, 'half.ts'), { seconds: 15, width: 160, height: 120 })
  await writeFile(join(site.folder, 'liar.ts'), Buffer.concat([await readFile(half), await readFile(half)]))
  const { id } = await site.upload(join(site.folder, 'liar.ts'))
  const writes: string[] = []
  const storage = observed(site.storage, ({ key }) => writes.push(key))
  const config = { ...context.config, limits: { ...context.config.limits, maxDurationS: 20 } }
  await workWhole({ ...context, config, storage }, id)
  expect(writes).toContain(`videos/${id}/a1/first/master.m3u8`)
  expect(await site.row(id)).toMatchObject({ status: 'failed', failure_code: 'too_long', published_prefix: null })
  expect(await site.keys(`videos/${id}`)).toEqual([])
})
