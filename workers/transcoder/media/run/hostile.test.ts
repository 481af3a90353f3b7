import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { attackFiles } from '#support/attack-files.ts'
import { type CanaryCage, findCanary, openCanaryCage } from '#support/canary.ts'
import { corpusFolder } from '#support/media.ts'
import { testSource } from '#support/media-source.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { until } from '#support/until.ts'
import { chooseLadder } from '../ladder/choose-ladder.ts'
import { wholeInOne } from '../ladder/choose-parts.ts'
import { picturesCommand, soundCommand } from '../ladder/hls-arguments.ts'
import { remuxCommand } from '../ladder/remux.ts'
import { firstPictureCommand, frameCommand, posterCommand, searchedPictureCommand } from '../picture/poster.ts'
import { planStoryboard, storyboardCommand } from '../picture/storyboard.ts'
import { measureDuration } from '../source/duration.ts'
import { judgeProbe } from '../source/judge-probe.ts'
import { probe } from '../source/probe.ts'
import type { Source } from '../source/source.ts'
import type { FfmpegCommand } from './command-line.ts'
import { FfmpegError } from './ffmpeg-failure.ts'
import { runFfmpeg } from './run-ffmpeg.ts'

let bench: TestBench
let cage: CanaryCage

beforeAll(async () => {
  bench = await openTestBench()
  cage = await openCanaryCage(join(bench.folder, 'elsewhere'))
})

afterAll(async () => {
  await cage?.close()
  await bench?.close()
})

let job: string

beforeEach(async () => {
  job = join(bench.folder, 'job')
  await rm(job, { recursive: true, force: true })
  await mkdir(join(job, 'ladder/480p'), { recursive: true })
  for (const name of ['victim.ts', 'victim.mp4']) await copyFile(join(cage.folder, name), join(job, name))
})

// Their names only; what they reach for is known when the cage is open.
const attacks = attackFiles({ folder: '', port: 0 }).filter(({ isAlsoVideo }) => !isAlsoVideo)

function bytesOf(name: string): Buffer {
  return attackFiles(cage).find((attack) => attack.name === name)!.bytes
}

/** All that is ever made of somebody's file, but for AV1 and downloads, which are made of what we made. */
function commandsOf(source: Source): FfmpegCommand[] {
  const place = { root: 'ladder', prefix: 'p1-t1-' }
  const options = { threads: 2, canToneMap: false, maxDurationS: 10 }
  const plan = planStoryboard(source.video, 10)
  return [
    posterCommand(source, 'poster.jpg', false),
    firstPictureCommand(source, 'poster.jpg'),
    searchedPictureCommand(source, 'poster.jpg', false),
    frameCommand(source, 'poster.jpg', 0, false),
    storyboardCommand(source, plan, 'sheets', { isKeyframesOnly: true, canToneMap: false }),
    storyboardCommand(source, plan, 'sheets', { isKeyframesOnly: false, canToneMap: false }),
    remuxCommand(source, 'ladder', { maxDurationS: 10 }),
    picturesCommand(source, chooseLadder(source), wholeInOne[0]!, place, options),
    soundCommand(source, null, place, options),
  ]
}

test.each(attacks)(
  '$name that calls itself a video is not opened: not by probe, poster, storyboard, copy or ladder',
  async ({ name }) => {
    await writeFile(join(job, 'in'), bytesOf(name))
    const run = bench.run('in', { folder: job })
    await expect(probe(bench.toolbox, run).then(judgeProbe)).rejects.toMatchObject({ code: 'not_a_video' })

    const source = testSource({ displayWidth: 854, displayHeight: 480 }, {}, { claimedDurationS: null })
    const before = await readdir(job, { recursive: true })
    // ffmpeg itself refuses; it was not stopped for want of time or room.
    for (const command of commandsOf(source))
      await expect(runFfmpeg(bench.toolbox, run, command)).rejects.toThrow(FfmpegError)
    const length = measureDuration(bench.toolbox, run, source, 10).catch((error) => {
      if (error instanceof FfmpegError) return null
      throw error
    })
    expect(await length).toBeNull()
    expect(await readdir(job, { recursive: true })).toEqual(before)
    expect(cage.hits()).toBe(0)
  },
)

test('a playlist hidden in the subtitles of an AVI brings nothing to light', async ({ skip }) => {
  if (!corpusFolder) skip('the folder of real-world clips is not beside the repository')
  const folder = join(corpusFolder!, 'malicious')
  for (const name of (await readdir(folder)).filter((entry) => /\.(avi|mp4)$/.test(entry))) {
    await copyFile(join(folder, name), join(job, 'in'))
    const judged = probe(bench.toolbox, bench.run('in', { folder: job })).then(judgeProbe)
    await expect(judged).rejects.toMatchObject({ code: 'not_a_video' })
  }
  expect(cage.hits()).toBe(0)
})

/** What an ffmpeg does with the attack that is started in a job's folder without our wrapper. */
async function followUnguarded(name: string): Promise<'shows' | 'calls' | 'listens' | 'refuses'> {
  await writeFile(join(job, 'in'), bytesOf(name))
  const before = cage.hits()
  const protocols = 'file,crypto,data,http,tcp,udp,rtp'
  const words = ['-nostdin', '-v', 'error', '-protocol_whitelist', protocols, '-i', 'in', '-frames:v', '1']
  let isOver = false
  const bare = promisify(execFile)('ffmpeg', [...words, 'made.png'], { cwd: job })
  const end = bare.then(
    () => true,
    () => false,
  )
  void end.finally(() => {
    isOver = true
  })
  const isListening = await until(hearsPackets, (hears) => hears || isOver)
  if (isListening) bare.child.kill('SIGKILL')
  const isSuccess = await end
  if (isListening) return 'listens'
  if (cage.hits() > before) return 'calls'
  return isSuccess && (await findCanary(job)).includes('made.png') ? 'shows' : 'refuses'
}

/** Whether somebody on this machine has the UDP port open that the attack names. */
async function hearsPackets(): Promise<boolean> {
  const open = await Promise.all(
    ['/proc/net/udp', '/proc/net/udp6'].map((path) => readFile(path, 'utf8').catch(() => '')),
  )
  return open.join('').includes(`:${cage.port.toString(16).toUpperCase().padStart(4, '0')} `)
}

test.each([
  ['a playlist of a sibling', 'shows'],
  ['a playlist of a file elsewhere', 'shows'],
  ['a playlist whose first piece lies elsewhere', 'shows'],
  ['a concat script of a sibling', 'shows'],
  ['a manifest of a file elsewhere', 'shows'],
  ['a playlist of a web address', 'calls'],
  ['a playlist whose key lies elsewhere', 'calls'],
  ['a list of playlists', 'calls'],
  ['a manifest of a web address', 'calls'],
  ['a session description', 'listens'],
] as const)('the attack is real: without the fences %s is followed, and ffmpeg %s', async (name, deed) => {
  expect(await followUnguarded(name)).toBe(deed)
})
