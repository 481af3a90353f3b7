import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

export interface Clip {
  seconds?: number
  width?: number
  height?: number
  framesPerSecond?: number
  /** An encoder of ffmpeg; `libx264` makes clips that can be remuxed. */
  codec?: 'libx264' | 'libvpx' | 'mpeg4'
  audio?: 'aac' | 'libvorbis' | 'ac3' | null
  /** Seconds between keyframes. */
  keyframeSeconds?: number
  /** Further words before the output. */
  more?: string[]
}

/** Makes a small clip at `path`, whose extension names the container: a moving test picture and a tone. */
export async function makeClip(path: string, clip: Clip = {}): Promise<string> {
  const { seconds = 2, width = 320, height = 180, framesPerSecond = 24, codec = 'libx264', audio = 'aac' } = clip
  const keyframeInterval = Math.round((clip.keyframeSeconds ?? 2) * framesPerSecond)
  await ffmpeg([
    ...['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${framesPerSecond}:duration=${seconds}`],
    ...(audio ? ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`] : []),
    ...['-c:v', codec, '-pix_fmt', 'yuv420p', '-g', String(keyframeInterval)],
    ...(codec === 'libx264' ? ['-preset', 'ultrafast'] : []),
    ...(audio ? ['-c:a', audio, '-ac', '2'] : []),
    ...(clip.more ?? []),
    path,
  ])
  return path
}

/** Runs the system's ffmpeg for what a test needs beforehand or wants to know afterwards. */
export async function ffmpeg(words: string[]): Promise<void> {
  await run('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...words])
}

export interface Probed {
  // Every codec has fields of its own; tests name those they mean.
  streams: Record<string, unknown>[]
  format: Record<string, unknown>
}

/** What ffprobe says about a file. */
export async function ffprobe(path: string, words: string[] = ['-show_streams', '-show_format']): Promise<Probed> {
  const { stdout } = await run('ffprobe', ['-v', 'error', '-of', 'json', ...words, path], { maxBuffer: 64 << 20 })
  return JSON.parse(stdout) as Probed
}

/** The folder of real-world clips beside the repository; null where it is not there, and tests that need it are skipped. */
export const corpusFolder: string | null = (() => {
  const folder = fileURLToPath(new URL('../../../shared/media', import.meta.url))
  return existsSync(folder) ? folder : null
})()
