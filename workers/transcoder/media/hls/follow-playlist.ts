import { type FileHandle, open } from 'node:fs/promises'
import { nullIfMissing } from '../../null-if-missing.ts'
import { type MediaPlaylist, parseMediaPlaylist } from './media-playlist.ts'

/**
 * Reads a playlist again and again while ffmpeg adds to it; null until it is there. Each segment is read once: the playlist
 * of a film is as long as its segments are many, and they come one by one. The same list of segments is given each time.
 */
export function followPlaylist(path: string): () => Promise<MediaPlaylist | null> {
  let known = nothing
  return async () => {
    const file = await open(path).catch(nullIfMissing)
    if (!file) return null
    try {
      known = await readOn(file, known)
    } finally {
      await file.close()
    }
    return known.playlist
  }
}

interface Known {
  /** What stands before the first segment. ffmpeg writes it anew where a segment is longer than all before. */
  head: Buffer
  /** Up to the end of the last segment that was read. */
  readBytes: number
  playlist: MediaPlaylist
}

const nothing: Known = { head: Buffer.alloc(0), readBytes: 0, playlist: { initName: null, segments: [] } }

async function readOn(file: FileHandle, known: Known): Promise<Known> {
  const { size } = await file.stat()
  const { head, playlist, readBytes } = known
  if (readBytes > 0 && size >= readBytes && head.equals(await read(file, 0, head.length))) {
    const added = wholeSegments(await read(file, readBytes, size))
    for (const segment of parseMediaPlaylist(added.toString()).segments) playlist.segments.push(segment)
    return { ...known, readBytes: readBytes + added.length }
  }
  const all = wholeSegments(await read(file, 0, size))
  const headBytes = Math.max(0, all.indexOf('#EXTINF'))
  return { head: all.subarray(0, headBytes), readBytes: all.length, playlist: parseMediaPlaylist(all.toString()) }
}

/** Without what is being written at this moment: up to the end of the last line that names a segment. */
function wholeSegments(bytes: Buffer): Buffer {
  const lines = bytes.toString('latin1').split('\n')
  const last = lines.findLastIndex((line, index) => index < lines.length - 1 && line !== '' && !line.startsWith('#'))
  return bytes.subarray(
    0,
    lines.slice(0, last + 1).reduce((sum, line) => sum + line.length + 1, 0),
  )
}

async function read(file: FileHandle, from: number, to: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(to - from), 0, to - from, from)
  return buffer.subarray(0, bytesRead)
}
