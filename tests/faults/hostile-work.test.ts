import { chmod, mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { maxAttempts } from '#catalog/jobs.ts'
import { makeClip } from '#support/media.ts'
import { testConfig } from '#support/transcoder-bench.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { until } from '#support/until.ts'
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

/** The search path where a tool shouts ten megabytes, NUL and broken UTF-8 and fails, whenever its words match. */
async function shoutingWhere(tool: 'ffmpeg' | 'ffprobe', words: string): Promise<string> {
  const folder = await mkdtemp(join(site.folder, 'shouting-'))
  // What the worker asks before it starts, and all else, is answered by the real one.
  const script = `#!/bin/sh
case "$*" in
  ${words}) head -c 10000000 /dev/urandom >&2; printf 'end\\0\\377\\n' >&2; exit 1 ;;
  *) PATH=${config.searchPath} exec ${tool} "$@" ;;
esac
`
  await writeFile(join(folder, tool), script)
  await chmod(join(folder, tool), 0o755)
  return `${folder}:${config.searchPath}`
}

async function shortClip(): Promise<string> {
  return makeClip(join(site.folder, 'clip.mkv'), { seconds: 1, width: 160, height: 120, codec: 'mpeg4' })
}

test.each([
  ['ffmpeg that encodes', 'ffmpeg', '*libx264*', 'transcode_failed'],
  ['ffprobe that reads the file', 'ffprobe', '*show_streams*file:in', 'not_a_video'],
] as const)(
  'an %s and shouts ten megabytes, NUL and broken UTF-8 fails the video, and its tries are counted and end',
  async (_what, tool, words, code) => {
    const video = await outcomeOf(await shortClip(), { searchPath: await shoutingWhere(tool, words) })
    expect(video).toMatchObject({ status: 'failed', failure_code: code })
    expect(video.current_attempt).toBeGreaterThan(0)
    expect(video.current_attempt).toBeLessThanOrEqual(maxAttempts)
    expect(video.failure_message).not.toMatch(/[\p{Cc}\ufffd]/v)
  },
)

test.each([
  ['poster', '*poster.jpg*'],
  ['storyboard', '*sheets/*'],
])('an ffmpeg that shouts while it makes the %s costs the video that and nothing else', async (_what, words) => {
  const video = await outcomeOf(await shortClip(), { searchPath: await shoutingWhere('ffmpeg', words) })
  expect(video).toMatchObject({ status: 'ready', failure_code: null })
  const { storyboard_prefix } = await until(
    () => site.row(video.id),
    (row) => row.storyboard_source_key === row.source_key,
    120_000,
  )
  const keys = await site.keys(`videos/${video.id}`)
  expect({ poster: keys.some((key) => key.endsWith('poster.jpg')), storyboard: storyboard_prefix !== null }).toEqual({
    poster: _what !== 'poster',
    storyboard: _what !== 'storyboard',
  })
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
