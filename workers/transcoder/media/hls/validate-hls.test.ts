import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStorage } from '#storage/open-storage.ts'
import { ffmpeg } from '#support/media.ts'
import { readInit } from '../mp4/read-init.ts'
import { ratesOf, readAvcCodec } from './describe-hls.ts'
import { masterPlaylist } from './master-playlist.ts'
import { parseMediaPlaylist } from './media-playlist.ts'
import { type Fault, faultText, validateHls } from './validate-hls.ts'
import { type HlsReader, readFromFolder, readFromStorage } from './validate-hls-reader.ts'
import { OutputFault, verifyMaster } from './verify-output.ts'

let root: string
let good: HlsReader

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'qqvideo-validate-'))
  await makeLadder()
  good = await readFromFolder(root)
})
afterAll(() => rm(root, { recursive: true, force: true }))

/** Six seconds in two sizes and sound apart, as the worker makes them; and a second cut of the smaller one. */
async function makeLadder(): Promise<void> {
  const sources = ['testsrc2=size=320x180:rate=24:duration=6', 'sine=duration=6:sample_rate=48000']
  const hls = (name: string, seconds: number, words: string[]) => [
    ...[...words, '-avoid_negative_ts', 'disabled', '-f', 'hls', '-hls_time', '1', '-hls_playlist_type', 'vod'],
    ...['-hls_segment_type', 'fmp4', '-hls_fmp4_init_filename', 'init.mp4', '-hls_time', String(seconds)],
    ...['-hls_segment_filename', join(root, name, '%d.m4s'), join(root, name, 'playlist.m3u8')],
  ]
  const picture = (size: string, seconds: number) => [
    ...['-map', '0:v', '-s', size, '-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2'],
    ...['-force_key_frames', `expr:gte(t,n_forced*${seconds})`],
  ]
  for (const name of ['180p', '90p', 'other', 'audio']) await mkdir(join(root, name))
  await ffmpeg([
    ...sources.flatMap((source) => ['-f', 'lavfi', '-i', source]),
    ...hls('180p', 2, picture('320x180', 2)),
    ...hls('90p', 2, picture('160x90', 2)),
    ...hls('other', 1.5, picture('160x90', 1.5)),
    ...hls('audio', 2, ['-map', '1:a', '-c:a', 'aac']),
  ])
  await writeFile(join(root, 'master.m3u8'), await masterOf(['180p', '90p']))
}

async function masterOf(names: string[]): Promise<string> {
  const sizes = (await readFromFolder(root)).sizes
  const variants = await Promise.all(
    names.map(async (name) => ({
      uri: `${name}/playlist.m3u8`,
      ...(name === '180p' ? { width: 320, height: 180 } : { width: 160, height: 90 }),
      framesPerSecond: 24,
      codecs: [await readAvcCodec(root, name)],
      ...ratesOf(await readRendition(name), sizes),
    })),
  )
  const sound = { uri: 'audio/playlist.m3u8', codec: 'mp4a.40.2', channels: 2 }
  return masterPlaylist(variants, { ...sound, ...ratesOf(await readRendition('audio'), sizes) })
}

async function readRendition(name: string) {
  return { name, playlist: parseMediaPlaylist(await readFile(join(root, name, 'playlist.m3u8'), 'utf8')) }
}

/** The good output with some objects replaced, or taken away where null stands. */
async function changed(objects: Record<string, Buffer | string | null>): Promise<string[]> {
  const faults = await faultsOf(objects)
  return [...new Set(faults.map(({ code, path }) => `${code} ${path}`))].sort()
}

async function faultsOf(objects: Record<string, Buffer | string | null>): Promise<Fault[]> {
  const own = new Map(
    Object.entries(objects).map(([path, bytes]) => [path, bytes === null ? null : Buffer.from(bytes)]),
  )
  const sizes = new Map(good.sizes)
  for (const [path, bytes] of own) bytes ? sizes.set(path, bytes.length) : sizes.delete(path)
  return validateHls({
    sizes,
    head: async (path, length) => own.get(path)?.subarray(0, length) ?? good.head(path, length),
  })
}

const text = (path: string) => readFile(join(root, path), 'utf8')
const bytes = (path: string) => readFile(join(root, path))

test('what ffmpeg made and our master playlist describes has no fault', async () => {
  expect((await validateHls(good)).map(faultText)).toEqual([])
})

test('the same is found in storage as in a folder', async () => {
  const storage = await openStorage(`disk://${root}/storage`)
  for (const path of good.sizes.keys()) await storage.put(`videos/v/a1/ladder/${path}`, await bytes(path))
  const reader = await readFromStorage(storage, 'videos/v/a1/ladder')
  expect(await validateHls(reader)).toEqual([])
  expect((await reader.head('180p/0.m4s', 100)).length).toBe(100)
  expect((await stat(join(root, '180p/0.m4s'))).size).toBe(reader.sizes.get('180p/0.m4s'))
  await storage.close()
})

test('objects that are named and not there, or empty, are missed', async () => {
  expect(await changed({ 'master.m3u8': null })).toEqual(['missing master.m3u8'])
  expect(await changed({ '90p/playlist.m3u8': null })).toContain('missing 90p/playlist.m3u8')
  expect(await changed({ '90p/1.m4s': null })).toContain('missing 90p/1.m4s')
  expect(await changed({ '90p/1.m4s': '' })).toContain('missing 90p/1.m4s')
  expect(await changed({ 'audio/init.mp4': null })).toContain('missing audio/init.mp4')
})

test('lengths that are not those of the pictures are told, and a drift of many small ones', async () => {
  const playlist = await text('180p/playlist.m3u8')
  const longer = playlist.replace('#EXTINF:2.000000', '#EXTINF:2.100000')
  expect(await changed({ '180p/playlist.m3u8': longer })).toContain('length 180p/0.m4s')
  const drifting = playlist.replaceAll('#EXTINF:2.000000', '#EXTINF:2.030000')
  expect(await changed({ '180p/playlist.m3u8': drifting })).toContain('length 180p/1.m4s')
  const target = playlist.replace('TARGETDURATION:2', 'TARGETDURATION:1')
  expect(await changed({ '180p/playlist.m3u8': target })).toContain('target 180p/playlist.m3u8')
  const endless = playlist.replace('#EXT-X-ENDLIST', '')
  expect(await changed({ '180p/playlist.m3u8': endless })).toEqual(['no_end 180p/playlist.m3u8'])
})

test('what is told of a drift is how far it went, not two numbers that look the same', async () => {
  const drifting = (await text('180p/playlist.m3u8')).replaceAll('#EXTINF:2.000000', '#EXTINF:2.030000')
  const faults = await faultsOf({ '180p/playlist.m3u8': drifting })
  expect(faults.find(({ path }) => path === '180p/1.m4s')?.message).toBe('ends 60.0 ms before the playlist says')
})

test('a segment of half a day that is said to last two seconds is told', async () => {
  const segment = Buffer.from(await bytes('180p/2.m4s'))
  const { timescale } = readInit(await bytes('180p/init.mp4')).tracks[0]!
  // How long each of its 48 pictures lasts, behind the box's name, its flags and the id of the track.
  const at = segment.indexOf('tfhd') + 12
  expect(segment.readUInt32BE(at)).toBe(timescale / 24)
  segment.writeUInt32BE((39_006 * timescale) / 48, at)
  expect(await changed({ '180p/2.m4s': segment })).toContain('length 180p/2.m4s')
})

test('what is not as long as is said is shown to nobody', async () => {
  const storage = await openStorage(`disk://${root}/astray`)
  for (const path of good.sizes.keys()) await storage.put(`v/${path}`, await bytes(path))
  const drifting = (await text('90p/playlist.m3u8')).replaceAll('#EXTINF:2.000000', '#EXTINF:2.030000')
  const master = await text('master.m3u8')
  const described = { prefix: 'v', master, sizes: good.sizes }
  await expect(verifyMaster(storage, described)).resolves.toMatchObject({ faults: [] })
  await storage.put('v/90p/playlist.m3u8', Buffer.from(drifting))
  await expect(verifyMaster(storage, described)).rejects.toThrow(OutputFault)
  await storage.close()
})

test('a gap, or the same segment twice, is found by the decode times', async () => {
  const repeated = { '180p/2.m4s': await bytes('180p/1.m4s') }
  expect(await changed(repeated)).toContain('gap 180p/2.m4s')
  const moved = Buffer.from(await bytes('audio/1.m4s'))
  const at = moved.indexOf('tfdt') + 8
  moved.writeBigUInt64BE(moved.readBigUInt64BE(at) + 96n, at)
  expect(await changed({ 'audio/1.m4s': moved })).toEqual(['gap audio/1.m4s', 'gap audio/2.m4s'])
})

test('renditions that are not cut at the same instants are told', async () => {
  const master = await masterOf(['180p', 'other'])
  expect(await changed({ 'master.m3u8': master })).toEqual(['alignment other/playlist.m3u8'])
})

test('a segment whose first picture needs another is told, be it by its flags or by its bytes', async () => {
  const segment = Buffer.from(await bytes('180p/1.m4s'))
  const slice = segment.indexOf(Buffer.from([0x65, 0x88]))
  expect(slice).toBeGreaterThan(0)
  segment[slice] = 0x41
  expect(await changed({ '180p/1.m4s': segment })).toEqual(['not_sync 180p/1.m4s'])
})

test('what the master playlist claims and the bytes do not keep is told by name', async () => {
  const master = await text('master.m3u8')
  const claims: [RegExp, string, string][] = [
    [/([:,])BANDWIDTH=\d+/, '$1BANDWIDTH=20000', 'bandwidth'],
    [/AVERAGE-BANDWIDTH=(\d+)/, 'AVERAGE-BANDWIDTH=9$1', 'average-bandwidth'],
    [/avc1.[0-9a-f]+/, 'avc1.640028', 'codecs'],
    [/320x180/, '426x240', 'resolution'],
    [/24\.000/, '30.000', 'frame-rate'],
  ]
  for (const [claim, other, code] of claims)
    expect(await changed({ 'master.m3u8': master.replace(claim, other) })).toEqual([`${code} 180p/playlist.m3u8`])
  const mute = master.replace(',AUDIO="audio"', '').replace(',mp4a.40.2', '')
  expect(await changed({ 'master.m3u8': mute })).toContain('audio 180p/playlist.m3u8')
  const dependent = master.replace('#EXT-X-INDEPENDENT-SEGMENTS\n', '')
  expect(await changed({ 'master.m3u8': dependent })).toEqual(['independent master.m3u8'])
})

test('parts with init segments of their own must have the same one', async () => {
  const playlist = await text('180p/playlist.m3u8')
  const second = playlist.replace('#EXTINF:2.000000,\n1.m4s', '#EXT-X-MAP:URI="second.mp4"\n#EXTINF:2.000000,\n1.m4s')
  const same = { '180p/playlist.m3u8': second, '180p/second.mp4': await bytes('180p/init.mp4') }
  expect(await changed(same)).toEqual([])
  expect(await changed({ ...same, '180p/second.mp4': await bytes('90p/init.mp4') })).toEqual([
    'init_differs 180p/second.mp4',
  ])
})

test('sound that ends long before the picture is told', async () => {
  const playlist = (await text('audio/playlist.m3u8')).replace(/#EXTINF:[\d.]+,\n[23]\.m4s\n/g, '')
  expect(await changed({ 'audio/playlist.m3u8': playlist })).toContain('sound_end audio/playlist.m3u8')
})

test('bytes that are no segment are a fault, not a crash', async () => {
  expect(await changed({ '90p/1.m4s': 'this is no segment' })).toContain('unreadable 90p/1.m4s')
  expect(await changed({ '90p/init.mp4': 'this is no init segment' })).toContain('unreadable 90p')
  expect(await changed({ 'master.m3u8': 'this is no playlist' })).toContain('no_variants master.m3u8')
})
