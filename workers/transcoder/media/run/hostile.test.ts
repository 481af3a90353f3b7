import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { attackFiles } from '#support/attack-files.ts'
import { type CanaryCage, openCanaryCage } from '#support/canary.ts'
import { corpusFolder } from '#support/media.ts'
import { testSource } from '#support/media-source.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { chooseLadder } from '../ladder/choose-ladder.ts'
import { wholeInOne } from '../ladder/choose-parts.ts'
import { picturesCommand, soundCommand } from '../ladder/hls-arguments.ts'
import { remuxCommand } from '../ladder/remux.ts'
import { firstPictureCommand, posterCommand } from '../picture/poster.ts'
import { judgeProbe } from '../source/judge-probe.ts'
import { probe } from '../source/probe.ts'
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

test.each(attacks)(
  '$name that calls itself a video is not opened: not by probe, poster, copy or ladder',
  async ({ name }) => {
    await writeFile(join(job, 'in'), bytesOf(name))
    const run = bench.run('in', { folder: job })
    await expect(probe(bench.toolbox, run).then(judgeProbe)).rejects.toMatchObject({ code: 'not_a_video' })

    const source = testSource({ displayWidth: 854, displayHeight: 480 }, {}, { claimedDurationS: null })
    const before = await readdir(job, { recursive: true })
    const commands = [posterCommand(source, 'poster.jpg', false)]
    // One guard stands before every command; those that an unguarded ffmpeg does open are tried with all of them.
    const place = { root: 'ladder', prefix: 'p1-t1-' }
    const options = { threads: 2, canToneMap: false, maxDurationS: 10 }
    const further = [
      firstPictureCommand(source, 'poster.jpg'),
      remuxCommand(source, 'ladder', { maxDurationS: 10 }),
      picturesCommand(source, chooseLadder(source), wholeInOne[0]!, place, options),
      soundCommand(source, null, place, options),
    ]
    if (/sibling|elsewhere/.test(name)) commands.push(...further)
    for (const command of commands) await expect(runFfmpeg(bench.toolbox, run, command)).rejects.toThrow()
    expect(await readdir(job, { recursive: true })).toEqual(before)
    expect(cage.hits()).toBe(0)
  },
)

test('the attacks are real: without the fences ffmpeg does open a sibling', async ({ skip }) => {
  await writeFile(join(job, 'in'), bytesOf('a playlist of a sibling'))
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
  expect(cage.hits()).toBe(0)
})
