import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg, makeClip } from '#support/media.ts'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { hidesLater } from './hides-later.ts'

let bench: TestBench
beforeAll(async () => {
  bench = await openTestBench()
  await makeClip(path('whole.mp4'), { seconds: 12, keyframeSeconds: 3, more: ['-preset', 'veryfast', '-bf', '3'] })
})
afterAll(() => bench?.close())

const path = (name: string) => join(bench.folder, name)

/** The same file with another edit list of its picture: seconds shown, from second so of the media. */
async function edited(name: string, edits: { seconds: number; fromS: number }[]): Promise<string> {
  const file = await readFile(path('whole.mp4'))
  const at = (type: string) => file.indexOf(type) - 4
  const timescale = file.readUInt32BE(at('mdhd') + 20)
  const head = Buffer.alloc(16)
  head.writeUInt32BE(16 + 12 * edits.length)
  head.write('elst', 4)
  head.writeUInt32BE(edits.length, 12)
  const entries = edits.map(({ seconds, fromS }) => {
    const entry = Buffer.alloc(12)
    entry.writeUInt32BE(seconds * 1_000)
    entry.writeInt32BE(fromS * timescale, 4)
    entry.writeUInt32BE(65_536, 8)
    return entry
  })
  const list = Buffer.concat([head, ...entries])
  const [start, size] = [at('elst'), file.readUInt32BE(at('elst'))]
  for (const type of ['moov', 'trak', 'edts']) {
    file.writeUInt32BE(file.readUInt32BE(at(type)) + list.length - size, at(type))
  }
  await writeFile(path(name), Buffer.concat([file.subarray(0, start), list, file.subarray(start + size)]))
  return path(name)
}

test('what was cut off the end, or out of the middle, is still in the file', async () => {
  expect(await hidesLater(await edited('end.mp4', [{ seconds: 4, fromS: 0 }]), 'mov,mp4')).toBe(true)
  const middle = [
    { seconds: 4, fromS: 0 },
    { seconds: 4, fromS: 8 },
  ]
  expect(await hidesLater(await edited('middle.mp4', middle), 'mov,mp4')).toBe(true)
})

test('ordinary files hide nothing later, whatever wrote them; of others it is not asked', async () => {
  await ffmpeg(['-i', path('whole.mp4'), '-c', 'copy', path('again.mov')])
  await ffmpeg(['-i', path('whole.mp4'), '-c', 'copy', '-movflags', 'frag_keyframe+empty_moov', path('pieces.mp4')])
  await ffmpeg(['-itsoffset', '1', '-i', path('whole.mp4'), '-c', 'copy', path('late.mp4')])
  for (const name of ['whole.mp4', 'again.mov', 'pieces.mp4', 'late.mp4']) {
    expect([name, await hidesLater(path(name), 'mov,mp4')]).toEqual([name, false])
  }
  expect(await hidesLater(path('whole.mp4'), 'matroska,webm')).toBe(false)
})
