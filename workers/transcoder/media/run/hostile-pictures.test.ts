import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { attackFiles, pictureAttacks } from '#support/attack-files.ts'
import { type CanaryCage, openCanaryCage } from '#support/canary.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { sentPictureCommand } from '../picture/poster.ts'
import { judgePicture, pictureFault } from '../source/judge-picture.ts'
import { type Run, runFfmpeg } from './run-ffmpeg.ts'

let bench: TestBench
let cage: CanaryCage

beforeAll(async () => {
  bench = await openTestBench()
  cage = await openCanaryCage(join(bench.folder, 'cage'))
})
afterAll(async () => {
  await cage?.close()
  await bench?.close()
})

/** As a picture that was sent becomes a poster: judged by its head, then made anew. */
async function makePoster(run: Run): Promise<void> {
  await judgePicture(bench.toolbox, run)
  await runFfmpeg(bench.toolbox, run, sentPictureCommand('poster.jpg')).catch((error) => {
    throw pictureFault(error)
  })
}

test('pictures that are bombs, programs or pointers to other files become no poster, and nobody is called', async () => {
  for (const { name, bytes } of [...pictureAttacks(cage), ...attackFiles(cage)]) {
    await writeFile(join(bench.folder, 'in'), bytes)
    const run = bench.run('in', { accepts: 'picture' })
    const refusal = { name, code: expect.stringMatching(/^(not_a_picture|picture_dimensions)$/) }
    await expect(makePoster(run).catch(({ code }) => ({ name, code }))).resolves.toEqual(refusal)
  }
  expect(cage.hits()).toBe(0)
})

test('even one that was not judged is not decoded when it is larger than what we open', async () => {
  const bombs = pictureAttacks(cage).filter(({ name }) => / by /.test(name))
  expect(bombs).toHaveLength(3)
  for (const { bytes } of bombs) {
    await writeFile(join(bench.folder, 'in'), bytes)
    const run = bench.run('in', { accepts: 'picture' })
    await expect(runFfmpeg(bench.toolbox, run, sentPictureCommand('poster.jpg'))).rejects.toThrow()
  }
  expect(await readdir(bench.folder)).not.toContain('poster.jpg')
})
