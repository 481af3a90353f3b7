import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { queueMissingStoryboards, recordStoryboard, shownStoryboardPrefix } from '#catalog/extras-storyboard.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { readStoryboard, type StoryboardTile, tileAt } from '#contract/storyboard.ts'
import { ffmpeg, makeClip } from '#support/media.ts'
import { meanColorInSheet } from '#support/pixels.ts'
import { testEnvironment } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { createLogger } from '../../../services/program/logger.ts'
import type { RunningProgram } from '../../../services/program/run-program.ts'
import { readTranscoderConfig } from '../config.ts'
import { startTranscoder } from '../start-transcoder.ts'

let site: TestSite
let transcoder: RunningProgram

beforeAll(async () => {
  site = await openTestSite()
  const config = readTranscoderConfig(testEnvironment(site.folder, site.databaseUrl))
  transcoder = await startTranscoder(config, createLogger('test', 'silent'))
})
afterAll(async () => {
  await transcoder?.stop()
  await site?.close()
})

/** A clip whose picture grows brighter from black to white, evenly over its length. */
async function brightening(name: string, seconds: number, more: string[]): Promise<string> {
  const path = join(site.folder, name)
  const picture = `color=black:s=320x180:r=10:d=${seconds},geq=lum='16+219*T/${seconds}':cb=128:cr=128`
  await ffmpeg(['-f', 'lavfi', '-i', picture, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', ...more, path])
  return path
}

async function uploadAndWait(path: string): Promise<VideoRow> {
  const { id } = await site.upload(path)
  return until(
    () => site.row(id),
    (video) => video.storyboard_source_key !== null,
  )
}

async function tilesOf({ storyboard_prefix: prefix }: VideoRow): Promise<StoryboardTile[]> {
  const text = await site.read(`${prefix}/storyboard.vtt`)
  expect(text.startsWith('WEBVTT\n\n00:00:00.000 --> ')).toBe(true)
  return readStoryboard(text, `/${prefix}/storyboard.vtt`)
}

/** What one tile looks like, of the sheet as it is stored. */
function colorOf(tile: StoryboardTile): Promise<[number, number, number]> {
  return meanColorInSheet(join(site.folder, 'storage', tile.image), tile)
}

describe('a storyboard', () => {
  test.each([
    ['of the keyframes, where they are close', '12'],
    ['of all pictures, where keyframes are far apart', '600'],
  ])('shows in each tile the picture of its time: %s', async (_, keyframes) => {
    const video = await uploadAndWait(await brightening(`k${keyframes}.mp4`, 30, ['-g', keyframes]))
    const tiles = await tilesOf(video)
    expect(tiles.length).toBeGreaterThanOrEqual(25)
    expect(tiles.length).toBeLessThanOrEqual(31)
    expect(tiles[0]!.startMs).toBe(0)
    expect(tiles.at(-1)!.endMs).toBe(30_000)
    for (const [index, tile] of tiles.entries()) {
      expect(tile.endMs).toBe(tiles[index + 1]?.startMs ?? 30_000)
      const [red] = await colorOf(tile)
      // 255 from end to end in 30 s: a second off would be more than 8.
      expect(Math.abs(red - (255 * tile.startMs) / 30_000)).toBeLessThan(5)
    }
    expect(tileAt(tiles, 20_500)!.startMs).toBeGreaterThan(19_000)
  })

  test('stands upright where the video was recorded turned, and says the size of its tiles', async () => {
    const path = await makeClip(join(site.folder, 'flat.mp4'), { seconds: 2, audio: null })
    const turned = join(site.folder, 'turned.mp4')
    await ffmpeg(['-i', path, '-c', 'copy', '-metadata:s:v:0', 'rotate=90', turned])
    const [tile] = await tilesOf(await uploadAndWait(turned))
    expect(tile).toMatchObject({ width: 108, height: 192 })
  })

  test('is as bright as the video where that is HDR', async () => {
    const path = join(site.folder, 'hdr.mp4')
    const grey = 'color=gray:s=320x180:r=10:d=2,format=yuv420p10le'
    const marks = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc']
    await ffmpeg(['-f', 'lavfi', '-i', grey, '-c:v', 'libx265', '-x265-params', 'log-level=none', ...marks, path])
    const [tile] = await tilesOf(await uploadAndWait(path))
    // Grey in PQ is about 100 cd/m²: without tone-mapping it would stay at 128, as if it were half of white.
    const [red, green, blue] = await colorOf(tile!)
    expect(Math.abs(red - green) + Math.abs(green - blue)).toBeLessThan(16)
    expect(red).not.toBeCloseTo(128, -1)
  })

  test('is recorded only for the source that it was made of', async () => {
    const video = await uploadAndWait(await brightening('once.mp4', 3, []))
    const late = { videoId: video.id, sourceKey: 'sources/former', prefix: 'videos/x/extras/y' }
    expect(await recordStoryboard(site.catalog, late)).toBe(false)
    expect((await site.row(video.id)).storyboard_prefix).toBe(video.storyboard_prefix)
  })

  test('is made anew where what is published turned out to have another length', async () => {
    const video = await uploadAndWait(await brightening('claims.mp4', 3, []))
    // From then on nobody else tells a length.
    await site.reaches(video.id, 'ready')
    const { database, jobs } = site.catalog
    await database.updateTable('video').set({ duration_ms: 6_000 }).where('id', '=', video.id).execute()
    // As whoever publishes does.
    const ids = { videoId: video.id, sourceKey: video.source_key! }
    await jobs.queueExtra(undefined, { version: 1, kind: 'storyboard', ...ids })
    const after = await until(
      () => site.row(video.id),
      ({ storyboard_prefix }) => storyboard_prefix !== video.storyboard_prefix,
    )
    expect((await tilesOf(after)).at(-1)!.endMs).toBe(6_000)
  })

  test('is made again of a file that came back because the one in its place failed', async () => {
    const video = await uploadAndWait(await brightening('back.mp4', 1, []))
    await site.reaches(video.id, 'ready')
    await until(
      () =>
        site.catalog.pool.query(
          "SELECT state FROM pgboss.job WHERE data->>'kind' = 'storyboard' AND data->>'videoId' = $1",
          [video.id],
        ),
      ({ rows }) => rows.every(({ state }) => state === 'completed'),
    )
    expect(await queueMissingStoryboards(site.catalog)).toEqual([])
    // The other one was watchable long enough to get a storyboard.
    const { database } = site.catalog
    await database.updateTable('video').set({ storyboard_source_key: 'sources/b' }).where('id', '=', video.id).execute()
    expect(shownStoryboardPrefix(await site.row(video.id))).toBeNull()
    // Not while the rest of it is made.
    await database.updateTable('video').set({ status: 'playable' }).where('id', '=', video.id).execute()
    expect(await queueMissingStoryboards(site.catalog)).toEqual([])
    await database.updateTable('video').set({ status: 'ready' }).where('id', '=', video.id).execute()
    expect(await queueMissingStoryboards(site.catalog)).toEqual([video.id])
    await until(
      () => site.row(video.id),
      (row) => shownStoryboardPrefix(row) !== null,
    )
  })

  test('gives way to that of a new source, and leaves no files behind in the workspace', async () => {
    const video = await uploadAndWait(await brightening('first.mp4', 3, []))
    const second = await site.upload(await brightening('second.mp4', 2, []))
    const { source_key } = await site.row(second.id)
    const { database, jobs } = site.catalog
    await database.updateTable('video').set({ source_key }).where('id', '=', video.id).execute()
    await jobs.queueExtra(undefined, { version: 1, kind: 'storyboard', videoId: video.id, sourceKey: source_key! })
    const after = await until(
      () => site.row(video.id),
      (row) => row.storyboard_source_key === source_key,
    )
    expect(after.storyboard_prefix).not.toBe(video.storyboard_prefix)
    await until(
      () => readdir(join(site.folder, 'work', 'worker-of-a-test')),
      (names) => !names.some((name) => name.includes('-extra-')),
    )
  })
})
