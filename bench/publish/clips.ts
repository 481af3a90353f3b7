import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { corpusFolder, ffmpeg, makeClip } from '../../tests/support/media.ts'

export interface BenchClip {
  /** Added to the names of figures. */
  name: string
  path: string
  what: string
}

/** 720p24 H.264 with AAC: a trailer with many cuts where it is at hand, else a moving test picture. */
export async function makeClips(folder: string, quick: boolean): Promise<BenchClip[]> {
  const trailer = join(corpusFolder ?? '', 'perf/sintel_trailer-720p.mp4')
  const hasTrailer = existsSync(trailer)
  const source = hasTrailer
    ? trailer
    : await makeClip(join(folder, 'made.mp4'), { seconds: 52, width: 1280, height: 720 })
  const what = hasTrailer ? 'Sintel trailer, 720p24' : 'generated test picture, 720p24'
  const minute = join(folder, 'minute.mp4')
  await ffmpeg(['-i', source, ...(quick ? ['-t', '12'] : []), '-map', '0:v:0', '-map', '0:a:0', '-c', 'copy', minute])
  const clips = [{ name: '', path: minute, what: `${what}, ${quick ? 12 : 52} s` }]
  if (quick) return clips
  const tenMinutes = join(folder, 'ten-minutes.mp4')
  await ffmpeg(['-stream_loop', '11', '-i', minute, '-c', 'copy', '-t', '600', tenMinutes])
  return [...clips, { name: '.10min', path: tenMinutes, what: `${what}, over and over for 10 min` }]
}

/** What has to be encoded before anybody can watch it. */
export async function makeSlowClip(folder: string, quick: boolean): Promise<BenchClip> {
  const real = join(corpusFolder ?? '', 'perf/big_buck_bunny_720p24_30s_vp8.webm')
  const size = { seconds: quick ? 10 : 30, width: 1_280, height: 720 }
  const short = existsSync(real)
    ? real
    : await makeClip(join(folder, 'short.webm'), { ...size, codec: 'libvpx', audio: 'libvorbis' })
  if (quick) return { name: '', path: short, what: '720p24 VP8, short' }
  const path = join(folder, 'slow.webm')
  await ffmpeg(['-stream_loop', '3', '-i', short, '-c', 'copy', path])
  return { name: '', path, what: '720p24 VP8, four times 30 s' }
}
