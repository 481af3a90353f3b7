import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { corpusFolder } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { judgeProbe } from './source/judge-probe.ts'
import { probe } from './source/probe.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench?.close())

/** Real files that went wrong elsewhere, and what their owners are told. */
const verdicts: [file: string, verdict: string][] = [
  ['corrupt/php-ffmpeg__WrongFile.mp4', 'not_a_video'],
  ['corrupt/streamio-ffmpeg__broken.mp4', 'truncated'],
  ['corrupt/firefox__crashtests_empty-samples.webm', 'not_a_video'],
  ['corrupt/lpms__data_zero-frame.ts', 'no_frames'],
  ['audio/androidx-media__mp4_sample_audio_only.mp4', 'no_video'],
  ['formats/androidx-media__mp4_sample_vvc.mp4', 'codec_unsupported'],
  ['stress/firefox__crashtests_789075.webm', 'dimensions'],
  ['stress/moviepy__-video-with-dash-.mp4', 'dimensions'],
  ['encrypted/firefox__short-cenc.mp4', 'encrypted'],
  ['encrypted/androidx-media__drm_sample_fragmented_widevine.mp4', 'encrypted'],
  ['notvideo/file-type__fixture.swf', 'not_a_video'],
  ['malicious/payloadsallthethings__SVG_XSS_nested_svg.svg', 'not_a_video'],
  ['baseline/torchcodec__nasa_13013.mp4', 'ok'],
  ['phone/streamio-ffmpeg__file_with_data_streams.mp4', 'ok'],
  ['corrupt/androidx-media__mp4_sample_missing_stsd.mp4', 'ok'],
]

const isHere = corpusFolder !== null
if (!isHere) console.warn('SKIPPED: the folder of real-world clips, ../shared/media, is not beside the repository')

test.skipIf(!isHere).each(verdicts)('%s is judged %s', async (file, verdict) => {
  await copyFile(join(corpusFolder!, file), join(bench.folder, 'in'))
  const judged = await probe(bench.toolbox, bench.run())
    .then(judgeProbe)
    .then(
      () => 'ok',
      (error) => error.code,
    )
  expect(judged).toBe(verdict)
})
