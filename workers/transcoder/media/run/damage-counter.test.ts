import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeClip } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { damageCounter } from './damage-counter.ts'
import { runFfmpeg } from './run-ffmpeg.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
  await makeClip(join(bench.folder, 'whole'), { seconds: 4, more: ['-f', 'mp4'] })
})
afterAll(() => bench?.close())

const decode = { countsDamage: true, outputs: [{ target: '-', options: ['-map', '0:v', '-f', 'null'] }] }

/** The clip with some of its bytes spoilt, beyond the first picture and before the index at its end. */
async function spoil(name: string, everyBytes: number, spoilOne: (bytes: Buffer, at: number) => void): Promise<string> {
  const bytes = await readFile(join(bench.folder, 'whole'))
  const end = bytes.lastIndexOf('moov') - 4
  for (let at = bytes.indexOf('mdat') + 20_000; at < end; at += everyBytes) spoilOne(bytes.subarray(0, end), at)
  await writeFile(join(bench.folder, name), bytes)
  return name
}

test('of a whole file no picture is counted as broken', async () => {
  expect(await runFfmpeg(bench.toolbox, bench.run('whole'), decode)).toMatchObject({ frames: 96, damaged: 0 })
})

test('pictures with flipped bits are counted as broken, though as many come out', async () => {
  const flipped = await spoil('flipped', 1_000, (bytes, at) => bytes.writeUInt8(bytes[at]! ^ 0x55, at))
  const { damaged } = await runFfmpeg(bench.toolbox, bench.run(flipped), decode)
  expect(damaged).toBeGreaterThan(20)
  expect(damaged).toBeLessThanOrEqual(96)
})

test('pictures that are missing because of holes in the file are counted', async () => {
  const holed = await spoil('holed', 20_000, (bytes, at) => bytes.fill(0, at, at + 8_000))
  const { frames, damaged } = await runFfmpeg(bench.toolbox, bench.run(holed), decode)
  expect(damaged).toBeGreaterThan(10)
  expect(frames).toBeLessThan(96)
})

test('complaints are counted in whatever pieces they arrive', () => {
  const text =
    'in: corrupt decoded frame in stream 0\n[x] co located POCs unavailable\nError while decoding stream #0:0: no\n'
  for (const size of [1, 7, 1_000]) {
    const counter = damageCounter()
    for (let at = 0; at < text.length; at += size) counter.add(Buffer.from(text.slice(at, at + size)))
    expect(counter.count()).toBe(2)
  }
})
