import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { VideoRow } from '#catalog/schema.ts'
import { ffmpeg, makeClip } from '#support/media.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { workNext } from '#support/work-whole.ts'
import { createLogger } from '../../services/program/logger.ts'
import type { RunningProgram } from '../../services/program/run-program.ts'
import type { Context } from './context.ts'
import { startTranscoder } from './start-transcoder.ts'

let site: TestSite
let context: Context
let transcoder: RunningProgram | undefined
let film: string
let clip: string

beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site, { firstHoldS: 0, threads: 1 })
  const scene = join(site.folder, 'scene.mkv')
  await makeClip(scene, { seconds: 20, width: 320, height: 180, codec: 'mpeg4', audio: null })
  film = join(site.folder, 'film.mkv')
  await ffmpeg(['-stream_loop', '59', '-i', scene, '-c', 'copy', film])
  clip = await makeClip(join(site.folder, 'clip.mp4'), { seconds: 1, width: 160, height: 120 })
})
// Nobody waits for what an earlier test has left, however it ended.
afterEach(async () => {
  await site.catalog.pool.query("UPDATE pgboss.job SET state = 'cancelled' WHERE state IN ('created', 'retry')")
})
afterAll(async () => {
  await transcoder?.stop()
  await site?.close()
})

async function firstOf({ id }: VideoRow) {
  const parts = site.catalog.database.selectFrom('transcode_part').select(['state', 'try', 'tries_spent', 'turn'])
  return parts.where('video_id', '=', id).where('kind', '=', 'first').executeTakeFirst()
}

test('what one person’s film shows already waits for somebody else’s clip, and is not made again for ever', async () => {
  const slow = await site.upload(film, 'ada')
  const other = await site.upload(clip, 'bob')
  await workNext(context, slow.id)
  expect(await site.row(slow.id)).toMatchObject({ status: 'playable', published_prefix: `videos/${slow.id}/a1/first` })
  expect(await firstOf(slow)).toMatchObject({ state: 'waiting', try: 1, tries_spent: 0 })
  const shown = (await site.read(`videos/${slow.id}/a1/first/all/playlist.m3u8`)).match(/EXTINF/g)!.length
  // Its first version has a job that comes before its parts, and needs no other.
  await workNext(context, slow.id)
  expect(await site.row(slow.id)).toMatchObject({ published_prefix: `videos/${slow.id}/a1/t2/first` })
  const again = await site.read(`videos/${slow.id}/a1/t2/first/all/playlist.m3u8`)
  expect(again.match(/EXTINF/g)!.length).toBeGreaterThanOrEqual(shown)
  await workNext(context, slow.id)
  expect(await firstOf(slow)).toMatchObject({ state: 'done', try: 3 })
  await workNext(context, other.id)
  expect(await site.row(other.id)).toMatchObject({ status: 'playable' })
})

test('while a first version still grows, the sharper versions tell how far they are', async () => {
  const slow = await site.upload(film, 'ada')
  await site.upload(clip, 'bob')
  await workNext(context, slow.id)
  await site.catalog.pool.query(
    "UPDATE pgboss.job SET priority = -9999 WHERE data->>'part' = '0' AND state = 'created'",
  )
  await workNext(context, slow.id)
  expect(await firstOf(slow)).toMatchObject({ state: 'waiting' })
  const { progress } = await site.row(slow.id)
  expect(progress).toMatchObject({ stage: 'ladder' })
  // One part of forty.
  expect(progress!.percent).toBeCloseTo(2.5, 0)
})

test('one worker shows a clip of another owner before one person’s second film, and does not wait for the first', async () => {
  const films = [await site.upload(film, 'ada'), await site.upload(film, 'ada')]
  const config = { ...context.config, workFolder: join(site.folder, 'work-2'), firstHoldS: 0.5 }
  transcoder = await startTranscoder(config, createLogger('test', 'silent'))
  await site.reaches(films[0]!.id, 'playable')
  const other = await site.upload(clip, 'bob')
  await site.reaches(other.id, 'playable', 'ready')
  expect((await firstOf(films[0]!))!.state).not.toBe('done')
  const second = await until(
    () => site.row(films[1]!.id),
    ({ published_at }) => published_at !== null,
    30_000,
  )
  expect(+second.published_at!).toBeGreaterThan(+(await site.row(other.id)).published_at!)
})
