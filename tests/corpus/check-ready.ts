import { execFile } from 'node:child_process'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Video } from '#contract/video.ts'
import { type Fault, faultText, validateHls } from '../../workers/transcoder/media/hls/validate-hls.ts'
import { readFromSite } from './read-from-site.ts'

const execute = promisify(execFile)

/** Everything that is wrong with a video that is said to be ready, in sentences. */
export async function checkReady(
  site: { url: string; dataFolder: string },
  video: Video,
  source: string,
): Promise<string[]> {
  const [faults, poster, places] = await Promise.all([
    validateHls(await readFromSite(site.url, video.id)),
    checkPoster(site, video, source),
    findPlaces(join(site.dataFolder, 'storage', 'videos', video.id)),
  ])
  const real = []
  for (const fault of faults) if (!(await isOfSource(fault, source))) real.push(faultText(fault))
  return [...real, ...poster, ...places]
}

/** Sound that ends before or after the picture is right where it does so in the source. */
async function isOfSource({ code }: Fault, source: string): Promise<boolean> {
  if (code !== 'sound_end') return false
  const show = ['-show_entries', 'packet=codec_type,pts_time,duration_time', '-of', 'csv=p=0']
  const { stdout } = await execute('ffprobe', ['-v', 'error', ...show, source], { maxBuffer: 256 << 20 }).catch(() => ({
    stdout: '',
  }))
  const ends = { video: 0, audio: 0 }
  const longest = { video: 0, audio: 0 }
  for (const line of stdout.split('\n')) {
    const [kind, time, duration] = line.split(',')
    if (kind !== 'video' && kind !== 'audio') continue
    ends[kind] = Math.max(ends[kind], Number(time) || 0)
    longest[kind] = Math.max(longest[kind], Number(duration) || 0)
  }
  // How long the last picture stands is a matter of taste; the last packet of sound may be decoded whole, whatever it claims,
  // and ours ends with a whole frame.
  const earliestS = ends.audio - (ends.video + longest.video)
  const latestS = ends.audio + longest.audio + aacFrameS - ends.video
  return Math.max(-earliestS, latestS) > 0.05
}

const aacFrameS = 1_024 / 44_100

async function checkPoster(
  { url, dataFolder }: { url: string; dataFolder: string },
  video: Video,
  source: string,
): Promise<string[]> {
  if (!video.posterUrl) return ['there is no poster']
  const answer = await fetch(new URL(video.posterUrl, url))
  const bytes = Buffer.from(await answer.arrayBuffer())
  const file = join(dataFolder, 'poster-of-a-test')
  await writeFile(file, bytes)
  const light = await lightOf(file)
  if (light === null) return [`the poster can't be read (${answer.status})`]
  return light < blackest && ((await lightOf(source)) ?? 0) >= blackest ? ['the poster is black'] : []
}

// 16 is black in limited range, and so is what is next to it.
const blackest = 20

/** The lightest of the means of up to 200 pictures; null where nothing can be decoded. */
async function lightOf(file: string): Promise<number | null> {
  const filters = 'scale=64:36,format=yuv420p,signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=-'
  const words = ['-v', 'quiet', '-i', `file:${file}`, '-frames:v', '200', '-vf', filters, '-f', 'null', '-']
  const { stdout } = await execute('ffmpeg', words, { maxBuffer: 64 << 20 }).catch(() => ({ stdout: '' }))
  const means = [...stdout.matchAll(/YAVG=([\d.]+)/g)].map(([, mean]) => Number(mean))
  return means.length === 0 ? null : Math.max(...means)
}

/** Traces of where and with what the source was made, in any stored object. */
async function findPlaces(folder: string): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue
    const text = (await readFile(join(entry.parentPath, entry.name))).toString('latin1')
    if (traces.test(text)) found.push(`${entry.name} tells ${traces.exec(text)![0]}`)
  }
  return found
}

const traces = /\xa9xyz|com\.apple\.quicktime|[+-]\d{2}\.\d{4}[+-]\d{3}\.\d{4}\/|GPSLatitude|gpmd|Exif\0\0/
