import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isDownloadImpossible, setDownloads, shownDownload } from '#catalog/extras-download.ts'
import { ffprobe, makeClip } from '#support/media.ts'
import { testEnvironment } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
import { createLogger } from '../../../services/program/logger.ts'
import type { RunningProgram } from '../../../services/program/run-program.ts'
import { readTranscoderConfig } from '../config.ts'
import { requireRoomFor } from '../require-room-for.ts'
import { startTranscoder } from '../start-transcoder.ts'
import { limitsOfJoining } from './make-download.ts'

let site: TestSite
let transcoder: RunningProgram
const maxFileMb = 0.5
beforeAll(async () => {
  site = await openTestSite()
  const config = readTranscoderConfig(testEnvironment(site.folder, site.databaseUrl))
  const small = { ...config, limits: { ...config.limits, maxFileMb } }
  transcoder = await startTranscoder(small, createLogger('test', 'silent'))
})
afterAll(async () => {
  await transcoder?.stop()
  await site?.close()
})

test('a download may be larger than any file that ffmpeg may write of an uploaded one', async () => {
  const noise = ['-vf', 'noise=alls=40:allf=t', '-b:v', '700k', '-maxrate', '700k', '-bufsize', '350k']
  const clip = await makeClip(join(site.folder, 'long.mp4'), { seconds: 12, more: noise })
  const video = await site.reaches((await site.upload(clip)).id, 'ready', 'failed')
  expect([video.status, video.flags]).toEqual(['ready', []])
  await setDownloads(site.catalog, video.id, 'everyone')
  const after = await until(
    () => site.row(video.id),
    (row) => isDownloadImpossible(row) || shownDownload(row) !== null,
  )
  const path = join(site.folder, 'storage', shownDownload(after)!.key)
  expect((await stat(path)).size).toBeGreaterThan(maxFileMb * 1024 * 1024)
  expect(Number((await ffprobe(path)).format.duration)).toBeCloseTo(12, 0)
})

test('room for the pieces and for what they become is asked for before either is written', async () => {
  const { maxFileMb, neededBytes } = limitsOfJoining(10 * 1024 ** 3)
  expect(maxFileMb).toBeGreaterThan(10.4 * 1024)
  expect(neededBytes).toBeGreaterThan(20.4 * 1024 ** 3)
  await requireRoomFor(0, site.folder, { leastFreeMb: 0 })
  const more = requireRoomFor(1024 ** 5, site.folder, { leastFreeMb: 0 })
  await expect(more).rejects.toMatchObject({ code: 'storage_full' })
})
