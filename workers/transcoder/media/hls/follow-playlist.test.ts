import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { followPlaylist } from './follow-playlist.ts'

let folder: string
let path: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qqvideo-follow-'))
  path = join(folder, 'playlist.m3u8')
})
afterEach(() => rm(folder, { recursive: true }))

const head = (targetS: number) => `#EXTM3U\n#EXT-X-TARGETDURATION:${targetS}\n#EXT-X-MAP:URI="init.mp4"\n`
const segment = (number: number, durationS = 4) => `#EXTINF:${durationS}.000000,\n${number}.m4s\n`

test('a playlist that is added to is given with all of its segments, each read once', async () => {
  const look = followPlaylist(path)
  expect(await look()).toBeNull()
  await writeFile(path, head(4) + segment(0))
  const first = await look()
  expect(first).toEqual({ initName: 'init.mp4', segments: [{ name: '0.m4s', durationS: 4 }] })
  await appendFile(path, segment(1) + segment(2))
  const later = await look()
  expect(later!.segments.map(({ name }) => name)).toEqual(['0.m4s', '1.m4s', '2.m4s'])
  // The same list was added to: what was read is not read again.
  expect(later!.segments).toBe(first!.segments)
  await appendFile(path, '#EXT-X-ENDLIST\n')
  expect((await look())!.segments).toHaveLength(3)
})

test('what is half written is read once it is whole', async () => {
  const look = followPlaylist(path)
  await writeFile(path, `${head(4)}#EXTINF:4.000000,\n0.m`)
  expect((await look())!.segments).toEqual([])
  await appendFile(path, '4s\n#EXTINF:2.000000,\n')
  expect((await look())!.segments).toHaveLength(1)
  await appendFile(path, '1.m4s\n')
  expect((await look())!.segments.at(-1)).toEqual({ name: '1.m4s', durationS: 2 })
})

test('a playlist that is written anew, as with a longer segment than all before, is read anew', async () => {
  const look = followPlaylist(path)
  await writeFile(path, head(4) + segment(0))
  await look()
  await writeFile(path, head(12) + segment(0) + segment(1, 12))
  expect((await look())!.segments).toEqual([
    { name: '0.m4s', durationS: 4 },
    { name: '1.m4s', durationS: 12 },
  ])
})
