import { open } from 'node:fs/promises'
import { type Box, childrenOf, findBody } from '../mp4/box.ts'
import { ByteReader } from '../mp4/byte-reader.ts'
import { Mp4Error } from '../mp4/mp4-error.ts'
import { findMovieBox } from './find-movie-box.ts'

/**
 * Whether the edit list of an MP4 leaves out what still stands in the middle of the file or at its end, as trimmed recordings
 * do. A copy would send it. True as well where the lists can't be read; false in other files.
 */
export async function hidesLater(path: string, container: string): Promise<boolean> {
  if (!/mov|mp4/.test(container)) return false
  const file = await open(path)
  try {
    const movie = await findMovieBox(file)
    const body = movie && findBody(movie, 'moov')
    if (!body) return true
    const movieTimescale = clockOf(findBody(body, 'mvhd')).timescale
    return childrenOf(body, 'trak')
      .filter(isShown)
      .some(({ body: track }) => leavesOut(track, movieTimescale))
  } catch (error) {
    if (error instanceof Mp4Error) return true
    throw error
  } finally {
    await file.close()
  }
}

function isShown({ body }: Box): boolean {
  const kind = findBody(body, 'mdia', 'hdlr')?.toString('latin1', 8, 12)
  return kind === 'vide' || kind === 'soun'
}

/** More than rounding and the padding of sound, in seconds. */
const mostHiddenS = 0.25

function leavesOut(track: Buffer, movieTimescale: number): boolean {
  const list = findBody(track, 'edts', 'elst')
  if (!list) return false
  const shown = editsOf(list).filter(({ mediaTicks }) => mediaTicks >= 0)
  if (shown.length > 1) return true
  const { timescale, durationTicks } = clockOf(findBody(track, 'mdia', 'mdhd'))
  // Of fragmented files neither tells how long it is.
  const [edit] = shown
  if (!edit || edit.durationTicks === 0 || durationTicks === 0) return false
  const endS = edit.mediaTicks / timescale + edit.durationTicks / movieTimescale
  return durationTicks / timescale - endS > mostHiddenS
}

/** `mvhd` and `mdhd` begin alike. */
function clockOf(header: Buffer | null): { timescale: number; durationTicks: number } {
  if (!header) throw new Mp4Error('a header is missing')
  const reader = new ByteReader(header)
  const isLong = reader.u8() === 1
  reader.skip(isLong ? 19 : 11)
  const timescale = reader.u32()
  if (timescale === 0) throw new Mp4Error('a clock stands still')
  return { timescale, durationTicks: isLong ? reader.u64() : reader.u32() }
}

function editsOf(list: Buffer): { durationTicks: number; mediaTicks: number }[] {
  const reader = new ByteReader(list)
  const isLong = reader.u8() === 1
  reader.skip(3)
  const edits: { durationTicks: number; mediaTicks: number }[] = []
  for (let left = reader.u32(); left > 0; left--) {
    const durationTicks = isLong ? reader.u64() : reader.u32()
    edits.push({ durationTicks, mediaTicks: isLong ? reader.i64() : reader.i32() })
    // How fast it is played, which nobody makes use of.
    reader.skip(4)
  }
  return edits
}
