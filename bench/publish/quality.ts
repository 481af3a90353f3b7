import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Figure } from '../figure.ts'
import type { BenchClip } from './clips.ts'
import type { Site } from './open-site.ts'
import { freshFolder, saidBy, secondsOf } from './plain.ts'

interface Rung {
  name: string
  height: number
  bitsPerSecond: number
  playlist: string
}

/**
 * How like the source our renditions are, beside x264's veryfast with the same number of bits, spread in two passes. Both are
 * held against the source scaled by the usual filter.
 */
export async function measureQuality(site: Site, folder: string, clip: BenchClip): Promise<Figure[]> {
  const figures: Figure[] = []
  await site.publish(clip.path, 'ready', async (published) => {
    for (const rung of await rungsOf(published)) {
      const plain = await encodeAlike(clip.path, rung, folder)
      const [ours, theirs] = [await ssimOf(rung.playlist, clip.path, rung), await ssimOf(plain, clip.path, rung)]
      const [oursBits, plainBits] = [rung.bitsPerSecond, await bitsPerSecondOf(plain)]
      const ratio = ours / theirs
      figures.push({
        name: `ladder.quality_ssim.${rung.name}`,
        value: ours,
        unit: 'SSIM',
        baseline: theirs,
        ratio,
        goal: 'ratio ≥ 1.0',
        // What one and the same picture differs by from one encoding to the next.
        met: ratio >= 0.9995,
        runs: 1,
        note: `${clip.what}; brightness only; ours ${kilobits(oursBits)}, x264 veryfast in two passes ${kilobits(plainBits)}`,
      })
    }
  })
  return figures
}

/** What the master names, by the bits that it says are needed for the pictures; the sound's are a part of every line. */
async function rungsOf(published: string): Promise<Rung[]> {
  const master = await readFile(join(published, 'master.m3u8'), 'utf8')
  const named = [...master.matchAll(/RESOLUTION=\d+x(\d+).*\n(.+)\/playlist\.m3u8/g)]
  return Promise.all(
    named.map(async ([, height, name]) => {
      const playlist = join(published, name!, 'playlist.m3u8')
      return { name: name!, height: Number(height), bitsPerSecond: await bitsPerSecondOf(playlist), playlist }
    }),
  )
}

/** Of the pictures themselves, whatever they are packed in. */
async function bitsPerSecondOf(path: string): Promise<number> {
  const said = await saidBy(['-i', path, '-map', '0:v:0', '-c', 'copy', '-f', 'null', '-'])
  const kilobytes = Number(/video:(\d+)kB/.exec(said)?.[1])
  const [hours, minutes, seconds] = /time=(\d+):(\d+):([\d.]+)(?!.*time=)/s.exec(said)!.slice(1).map(Number)
  return (kilobytes * 8_192) / (hours! * 3_600 + minutes! * 60 + seconds!)
}

async function encodeAlike(source: string, { height, bitsPerSecond }: Rung, folder: string): Promise<string> {
  const target = join(await freshFolder(folder), 'alike.mp4')
  const bits = String(Math.round(bitsPerSecond))
  const words = [
    ...[
      '-i',
      source,
      '-map',
      '0:v:0',
      '-vf',
      `scale=-2:${height}:flags=bicubic`,
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
    ],
    ...['-b:v', bits, '-force_key_frames', 'expr:gte(t,n_forced*4)', '-sc_threshold', '0', '-g', '9999'],
    // Both passes must see the same pictures whatever they are written to.
    ...['-fps_mode', 'cfr', '-passlogfile', `${target}.log`],
  ]
  await secondsOf([...words, '-pass', '1', '-f', 'null', '-'])
  await secondsOf([...words, '-pass', '2', target])
  return target
}

async function ssimOf(made: string, source: string, { height }: Rung): Promise<number> {
  const alike = `[1:v:0]scale=-2:${height}:flags=bicubic,setpts=N/24/TB[b]`
  const graph = `[0:v:0]setpts=N/24/TB[a];${alike};[a][b]ssim=shortest=1`
  const said = await saidBy(['-i', made, '-i', source, '-filter_complex', graph, '-f', 'null', '-'])
  return Number(/SSIM Y:([\d.]+)/.exec(said)![1])
}

function kilobits(bitsPerSecond: number): string {
  return `${Math.round(bitsPerSecond / 1_000)} kbit/s`
}
