import { expect, test } from 'vitest'
import { testSource } from '#support/media-source.ts'
import { chooseLadder } from './choose-ladder.ts'
import { commandLine } from './command-line.ts'
import { filterGraph, ladderCommand } from './hls-arguments.ts'
import { inputGuards } from './input-guards.ts'

const options = { threads: 2, canToneMap: true, maxDurationS: 60 }

function words(source = testSource()): string[] {
  const command = ladderCommand(source, chooseLadder(source), 'ladder', options)
  return commandLine(inputGuards, 'in', command)
}

test('the guards stand before the input, which is a file named by us', () => {
  const line = words()
  const input = line.indexOf('-i')
  expect(line[input + 1]).toBe('file:in')
  for (const guard of ['-protocol_whitelist', '-format_whitelist', '-max_pixels', '-max_streams']) {
    expect(line.indexOf(guard)).toBeGreaterThanOrEqual(0)
    expect(line.indexOf(guard)).toBeLessThan(input)
  }
})

test('one decode feeds every rendition, each scaled from the one above', () => {
  const source = testSource({ displayWidth: 854, displayHeight: 480 })
  expect(filterGraph(source, chooseLadder(source), true)).toBe(
    '[0:0]fps=30/1:start_time=0,scale=854:480:flags=bicubic,format=yuv420p,setsar=1,split=2[480p][to360p];' +
      '[to360p]scale=640:360:flags=bicubic,setsar=1,split=2[360p][to240p];' +
      '[to240p]scale=428:240:flags=bicubic,setsar=1[240p]',
  )
  expect(words(source).filter((word) => word === '-i')).toHaveLength(1)
})

test('keyframes are forced at the same instants in all renditions', () => {
  const line = words()
  const instants = line.filter((_word, index) => line[index - 1] === '-force_key_frames')
  expect(instants).toHaveLength(4)
  expect(new Set(instants).size).toBe(1)
})

test('there is one sound for all renditions, and none where the source has none', () => {
  expect(words().filter((word) => word === '-c:a')).toHaveLength(1)
  expect(words(testSource({}, null))).not.toContain('-c:a')
})

test('metadata and chapters of the source stay out of every output', () => {
  const line = words()
  expect(line.filter((word, index) => word === '-1' && line[index - 1] === '-map_metadata')).toHaveLength(5)
  expect(line.filter((word, index) => word === '-1' && line[index - 1] === '-map_chapters')).toHaveLength(5)
})

test('HDR is tone-mapped where this ffmpeg can', () => {
  const source = testSource({ hdr: 'pq' })
  expect(filterGraph(source, chooseLadder(source), true)).toContain('tonemap=hable')
  expect(filterGraph(source, chooseLadder(source), false)).not.toContain('tonemap')
})

test('an argument with spaces stays one argument', () => {
  const outputs = [{ target: 'out.mp4', options: ['-metadata', 'title=two words', '-y', 'a b'] }]
  expect(commandLine(['-x', 'y z'], 'in', { outputs })).toEqual(
    expect.arrayContaining(['y z', 'title=two words', 'a b']),
  )
})
