import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { judgeProbe } from './judge-probe.ts'
import { probe } from './probe.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
  const hevc = ['-c:v', 'libx265', '-x265-params', 'log-level=none', '-tag:v', 'hvc1']
  await ffmpeg([
    '-f',
    'lavfi',
    '-i',
    'testsrc2=size=64x64:rate=24:duration=0.2',
    ...hevc,
    join(bench.folder, 'plain.mp4'),
  ])
})
afterAll(() => bench?.close())

test.each([
  { profile: 5, compatibility: 0, isOnly: true },
  { profile: 8, compatibility: 1, isOnly: false },
  { profile: 8, compatibility: 4, isOnly: false },
])('Dolby Vision $profile.$compatibility can be seen on no other screen: $isOnly', async ({ isOnly, ...kind }) => {
  const plain = await readFile(join(bench.folder, 'plain.mp4'))
  await writeFile(join(bench.folder, 'dolby.mp4'), withDolbyVision(plain, kind))
  expect(judgeProbe(await probe(bench.toolbox, bench.run('dolby.mp4'))).video.isDolbyVisionOnly).toBe(isOnly)
})

test('a file without Dolby Vision is none', async () => {
  expect(judgeProbe(await probe(bench.toolbox, bench.run('plain.mp4'))).video.isDolbyVisionOnly).toBe(false)
})

/** Puts a `dvcC` box at the end of the picture's sample entry; the index is the last thing in the file, so that nothing else moves. */
function withDolbyVision(mp4: Buffer, { profile, compatibility }: { profile: number; compatibility: number }): Buffer {
  const record = Buffer.alloc(24)
  // Version 1.0, then profile in 7 bits, level in 6, and that there are commands and a base layer.
  record.writeUInt8(1, 0)
  record.writeUInt16BE((profile << 9) | (1 << 3) | 0b101, 2)
  record.writeUInt8(compatibility << 4, 4)
  const box = Buffer.concat([Buffer.from([0, 0, 0, 32]), Buffer.from('dvcC'), record])
  const entry = mp4.lastIndexOf('hvc1') - 4
  const end = entry + mp4.readUInt32BE(entry)
  const bytes = Buffer.concat([mp4.subarray(0, end), box, mp4.subarray(end)])
  for (const name of ['moov', 'trak', 'mdia', 'minf', 'stbl', 'stsd', 'hvc1']) {
    const at = bytes.lastIndexOf(name, entry + 4) - 4
    bytes.writeUInt32BE(bytes.readUInt32BE(at) + box.length, at)
  }
  return bytes
}
