import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const shared = fileURLToPath(new URL('../../../shared/media/', import.meta.url))

/** A real trailer of 52 s where the shared media are at hand; a made clip of the same length, size and codecs where they are not. */
export async function trailer(folder: string): Promise<{ path: string; durationMs: number }> {
  const real = `${shared}perf/sintel_trailer-720p.mp4`
  if (existsSync(real)) return { path: real, durationMs: 52_209 }
  console.warn('The shared media are not here: a generated clip stands in for the trailer.')
  const path = `${folder}/trailer.mp4`
  await makeH264(path, { seconds: 52, size: '1280x720' })
  return { path, durationMs: 52_000 }
}

/** H.264 and AAC with a key frame every two seconds, as a camera or an editor would give. */
export async function makeH264(path: string, { seconds, size }: { seconds: number; size: string }): Promise<void> {
  await promisify(execFile)('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-y'],
    ...['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=24:duration=${seconds}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '48', '-c:a', 'aac', '-shortest', path],
  ])
}
