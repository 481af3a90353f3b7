import type { FileHandle } from 'node:fs/promises'
import { readAt, topBoxes } from './top-boxes.ts'

// The index of a day of video is a few MB.
const maxMovieBytes = 32 * 1024 * 1024

/** The `moov` box of an MP4, wherever it stands; null in other files. Reads headers only until it is found. */
export async function findMovieBox(file: FileHandle): Promise<Buffer | null> {
  for await (const { name, position, size } of topBoxes(file)) {
    if (name === 'moov') return readAt(file, position, Math.min(size, maxMovieBytes))
  }
  return null
}
