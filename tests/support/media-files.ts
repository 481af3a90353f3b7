import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { makeClip } from './media.ts'

const shared = fileURLToPath(new URL('../../../shared/media/', import.meta.url))

/** A real trailer of 52 s where the shared media are at hand; a made clip of the same length, size and codecs where they are not. */
export async function trailer(folder: string): Promise<{ path: string; durationMs: number }> {
  const real = `${shared}perf/sintel_trailer-720p.mp4`
  if (existsSync(real)) return { path: real, durationMs: 52_209 }
  console.warn('The shared media are not here: a generated clip stands in for the trailer.')
  const path = `${folder}/trailer.mp4`
  await makeClip(path, { seconds: 52, width: 1280, height: 720 })
  return { path, durationMs: 52_000 }
}
