import { expect, test } from 'vitest'
import { type FfmpegProgress, progressReader } from './ffmpeg-progress.ts'

function told(pieces: Iterable<string>): FfmpegProgress[] {
  const all: FfmpegProgress[] = []
  const read = progressReader((progress) => all.push(progress))
  for (const piece of pieces) read(piece)
  return all
}

const block = 'frame=48\nfps=24.0\nout_time_us=2000000\nspeed=1.5x\nprogress=continue\n'

test('progress is told once per block, in whatever pieces it arrives', () => {
  const progress = { frames: 48, positionS: 2, speed: 1.5 }
  expect(told([block, block])).toEqual([progress, progress])
  expect(told(block)).toEqual([progress])
})

test('what is not known yet counts as nothing', () => {
  expect(told(['frame=0\nout_time_us=N/A\nspeed=N/A\nprogress=continue\n'])).toEqual([
    { frames: 0, positionS: 0, speed: 0 },
  ])
})

test('of a line that does not end little is kept, and what comes after it is read', () => {
  const held = () => process.memoryUsage().heapUsed + process.memoryUsage().external
  function* endless() {
    for (let piece = 0; piece < 1_000; piece++) yield 'x'.repeat(100_000)
    grown = held() - before
    yield `\n${block}`
  }
  let grown = 0
  const before = held()
  expect(told(endless())).toEqual([{ frames: 48, positionS: 2, speed: 1.5 }])
  // Of 100 MB that were written.
  expect(grown).toBeLessThan(50_000_000)
})
