import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { corpusFolder, makeClip } from '#support/media.ts'
import { testSource } from '#support/media-source.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { chooseLadder } from './choose-ladder.ts'
import { ladderCommand } from './hls-arguments.ts'
import { judgeProbe } from './judge-probe.ts'
import { firstPictureCommand, posterCommand } from './poster.ts'
import { probe } from './probe.ts'
import { remuxCommand } from './remux.ts'
import { runFfmpeg } from './run-ffmpeg.ts'

let bench: TestBench
let listener: Server
let hits = 0
let port = 0
/** Somebody else's video, outside the job's folder. */
let victim: string

beforeAll(async () => {
  bench = await openTestBench()
  const elsewhere = join(bench.folder, 'elsewhere')
  await mkdir(elsewhere)
  victim = await makeClip(join(elsewhere, 'victim.ts'))
  await makeClip(join(elsewhere, 'victim.mp4'), { more: ['-movflags', 'frag_keyframe+empty_moov+default_base_moof'] })
  listener = createServer((socket) => {
    hits++
    socket.destroy()
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => listener.once('listening', resolve))
  port = (listener.address() as { port: number }).port
})

afterAll(async () => {
  await new Promise((resolve) => listener?.close(resolve) ?? resolve(undefined))
  await bench?.close()
})

let job: string

beforeEach(async () => {
  job = join(bench.folder, 'job')
  await rm(job, { recursive: true, force: true })
  await mkdir(join(job, 'ladder/480p'), { recursive: true })
  await copyFile(victim, join(job, 'sibling.ts'))
  await copyFile(join(bench.folder, 'elsewhere/victim.mp4'), join(job, 'sibling.mp4'))
  hits = 0
})

function hls(uri: string): string {
  return `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:2,\n${uri}\n#EXT-X-ENDLIST\n`
}

function dash(uri: string): string {
  return `<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011">
<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="100000" width="320" height="180">
<BaseURL>${uri}</BaseURL></Representation></AdaptationSet></Period></MPD>`
}

const attacks: [name: string, file: () => string][] = [
  ['a playlist of a web address', () => hls(`http://127.0.0.1:${port}/a.ts`)],
  ['a playlist of a sibling', () => hls('sibling.ts')],
  ['a playlist of another folder', () => hls(`file://${victim}`)],
  ['a concat script of a sibling', () => "ffconcat version 1.0\nfile 'sibling.mp4'\n"],
  ['a manifest of another folder', () => dash(`file://${victim.replace('.ts', '.mp4')}`)],
  ['a manifest of a web address', () => dash(`http://127.0.0.1:${port}/a.mp4`)],
  [
    'a session description',
    () =>
      `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video ${port} RTP/AVP 96\na=rtpmap:96 H264/90000\n`,
  ],
  [
    'a vector image with a link',
    () =>
      `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="64" height="64"><image xlink:href="http://127.0.0.1:${port}/x.png" width="64" height="64"/></svg>`,
  ],
]

test.each(attacks)(
  '%s that calls itself a video is not opened: not by probe, poster, copy or ladder',
  async (_name, file) => {
    await writeFile(join(job, 'in'), file())
    const run = bench.run('in', { folder: job })
    await expect(probe(bench.toolbox, run)).rejects.toMatchObject({ code: 'not_a_video' })

    const source = testSource({ displayWidth: 854, displayHeight: 480 }, null, { claimedDurationS: null })
    const before = await readdir(job, { recursive: true })
    const commands = [
      posterCommand(source, 'poster.jpg', false),
      firstPictureCommand(source, 'poster.jpg'),
      remuxCommand(source, 'ladder', { maxDurationS: 10 }),
      ladderCommand(source, chooseLadder(source), 'ladder', { threads: 2, canToneMap: false, maxDurationS: 10 }),
    ]
    for (const command of commands) await expect(runFfmpeg(bench.toolbox, run, command)).rejects.toThrow()
    expect(await readdir(job, { recursive: true })).toEqual(before)
    expect(hits).toBe(0)
  },
)

test('the attacks are real: without the fences ffmpeg does open a sibling', async ({ skip }) => {
  await writeFile(join(job, 'in'), hls('sibling.ts'))
  const words = ['-v', 'error', '-protocol_whitelist', 'file', '-i', 'in', '-f', 'null', '-']
  const isOpened = await promisify(execFile)('ffmpeg', words, { cwd: job }).then(
    () => true,
    () => false,
  )
  if (!isOpened) skip('this ffmpeg refuses playlists by itself')
})

test('a playlist hidden in the subtitles of an AVI brings nothing to light', async ({ skip }) => {
  if (!corpusFolder) skip('the folder of real-world clips is not beside the repository')
  const folder = join(corpusFolder!, 'malicious')
  for (const name of (await readdir(folder)).filter((entry) => /\.(avi|mp4)$/.test(entry))) {
    await copyFile(join(folder, name), join(job, 'in'))
    const judged = probe(bench.toolbox, bench.run('in', { folder: job })).then(judgeProbe)
    await expect(judged).rejects.toMatchObject({ code: 'not_a_video' })
  }
  expect(hits).toBe(0)
})
