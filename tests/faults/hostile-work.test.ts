import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { maxAttempts } from '#catalog/jobs.ts'
import { makeClip } from '#support/media.ts'
import { testConfig } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { createLogger } from '../../services/program/logger.ts'
import type { RunningProgram } from '../../services/program/run-program.ts'
import type { TranscoderConfig } from '../../workers/transcoder/config.ts'
import { startTranscoder } from '../../workers/transcoder/start-transcoder.ts'

let site: TestSite
let config: TranscoderConfig
let transcoder: RunningProgram | undefined

beforeAll(async () => {
  site = await openTestSite()
  config = testConfig(site.folder, site.databaseUrl)
})
afterEach(() => transcoder?.stop())
afterAll(() => site?.close())

/** Runs a worker with these settings until the video is made or failed, and ends it. */
async function outcomeOf(path: string, settings: Partial<TranscoderConfig>) {
  const { id } = await site.upload(path)
  transcoder = await startTranscoder({ ...config, ...settings }, createLogger('test', 'silent'))
  return site.reaches(id, 'ready', 'failed')
}

test('an ffmpeg that shouts ten megabytes, NUL and broken UTF-8 fails the video, and its tries are counted and end', async () => {
  const shouting = join(site.folder, 'shouting')
  await mkdir(shouting)
  // Only encoding fails; what the worker asks before it starts is answered by the real one.
  const script = `#!/bin/sh
case "$*" in
  *libx264*) head -c 10000000 /dev/urandom >&2; printf 'end\\0\\377\\n' >&2; exit 1 ;;
  *) PATH=${config.searchPath} exec ffmpeg "$@" ;;
esac
`
  await writeFile(join(shouting, 'ffmpeg'), script)
  await chmod(join(shouting, 'ffmpeg'), 0o755)
  const clip = await makeClip(join(site.folder, 'clip.mkv'), { seconds: 1, width: 160, height: 120, codec: 'mpeg4' })
  const video = await outcomeOf(clip, { searchPath: `${shouting}:${config.searchPath}` })
  expect(video).toMatchObject({ status: 'failed', failure_code: 'transcode_failed' })
  expect(video.current_attempt).toBeGreaterThan(1)
  expect(video.current_attempt).toBeLessThanOrEqual(maxAttempts)
  expect(video.failure_message).not.toMatch(/[\p{Cc}\ufffd]/v)
})

test('a film of noise that grows beyond what may be written fails with output_limit, and leaves nothing behind', async () => {
  const noise = ['-vf', 'noise=alls=100:allf=t', '-qscale:v', '2']
  const clip = await makeClip(join(site.folder, 'noise.mkv'), { codec: 'mpeg4', audio: null, more: noise })
  const video = await outcomeOf(clip, { limits: { ...config.limits, maxFileMb: 0.05 } })
  expect(video).toMatchObject({ status: 'failed', failure_code: 'output_limit' })
  expect((await site.keys(`videos/${video.id}`)).filter((key) => !key.endsWith('poster.jpg'))).toEqual([])
  await transcoder?.stop()
  expect(await readdir(config.workFolder)).toEqual([])
})
