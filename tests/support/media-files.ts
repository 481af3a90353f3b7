import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ffmpeg, makeClip } from './media.ts'

const shared = fileURLToPath(new URL('../../../shared/media/', import.meta.url))

/** What 14 seconds are watched of without coming near its end; each second is encoded in four sizes on each road. */
const seconds = 20

/** The begin of a real trailer where the shared media are at hand; a made clip of the same length, size and codecs where they are not. */
export async function trailer(folder: string): Promise<{ path: string; durationMs: number }> {
  const real = `${shared}perf/sintel_trailer-720p.mp4`
  const path = `${folder}/trailer.mp4`
  if (existsSync(real)) await ffmpeg(['-i', real, '-t', String(seconds), '-c', 'copy', path])
  else {
    console.warn('The shared media are not here: a generated clip stands in for the trailer.')
    await makeClip(path, { seconds, width: 1280, height: 720 })
  }
  return { path, durationMs: seconds * 1_000 }
}
