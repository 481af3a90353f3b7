import { expect, test } from 'vitest'
import { testSource } from '#support/media-source.ts'
import { commandLine } from '../run/command-line.ts'
import { inputGuards } from '../run/input-guards.ts'
import { chooseLadder } from './choose-ladder.ts'
import { type PicturePart, wholeInOne } from './choose-parts.ts'
import { filterGraph, picturesCommand, soundCommand } from './hls-arguments.ts'

const options = { threads: 2, canToneMap: true, maxDurationS: 60 }

const place = { root: 'ladder', prefix: 'p3-t1-' }

function words(source = testSource(), part: PicturePart = wholeInOne[0]!): string[] {
  const command = picturesCommand(source, chooseLadder(source), part, place, options)
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
    '[0:0]fps=30/1:start_time=0,scale=854:480:flags=bicubic,format=yuv420p,setsar=1,' +
      'setparams=range=limited:colorspace=smpte170m:color_primaries=smpte170m:color_trc=bt709,split=2[480p][to360p];' +
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

test('a later part is decoded from before its beginning and ends by its number of pictures', () => {
  const source = testSource()
  const command = picturesCommand(source, chooseLadder(source), { fromFrame: 900, frames: 450 }, place, options)
  const line = commandLine(command.input!, 'in', command)
  expect(line.slice(line.indexOf('-ss'), line.indexOf('-i'))).toContain('29.000000')
  expect(line.join(' ')).toContain('fps=30/1:start_time=1,setpts=PTS-STARTPTS,')
  const after = (option: string) => line.filter((_word, index) => line[index - 1] === option)
  expect(after('-frames:v')).toEqual(['450', '450', '450', '450'])
  expect(after('-output_ts_offset')).toEqual(['30.000000', '30.000000', '30.000000', '30.000000'])
  expect(words()).not.toContain('-frames:v')
})

test('pictures and sound are made apart, and every file of a part carries its name', () => {
  expect(words()).not.toContain('-c:a')
  const sound = commandLine(inputGuards, 'in', soundCommand(testSource(), null, place, options))
  expect(sound.filter((word) => word === '-c:a')).toHaveLength(1)
  expect(sound).toContain('ladder/audio/p3-t1-%d.m4s')
  expect(sound).toContain('p3-t1-init.mp4')
})

test('metadata and chapters of the source stay out of every output', () => {
  const line = words()
  expect(line.filter((word, index) => word === '-1' && line[index - 1] === '-map_metadata')).toHaveLength(4)
  expect(line.filter((word, index) => word === '-1' && line[index - 1] === '-map_chapters')).toHaveLength(4)
})

test('HDR is tone-mapped where this ffmpeg can', () => {
  const source = testSource({ hdr: 'pq' })
  expect(filterGraph(source, chooseLadder(source), true)).toContain('tonemap=mobius')
  expect(filterGraph(source, chooseLadder(source), false)).not.toContain('tonemap')
})

test('an argument with spaces stays one argument', () => {
  const outputs = [{ target: 'out.mp4', options: ['-metadata', 'title=two words', '-y', 'a b'] }]
  expect(commandLine(['-x', 'y z'], 'in', { outputs })).toEqual(
    expect.arrayContaining(['y z', 'title=two words', 'a b']),
  )
})
