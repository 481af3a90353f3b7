import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Storage } from '#storage/storage.ts'
import { eachLimited } from './each-limited.ts'
import { hasBytes } from './has-bytes.ts'
import type { FinishedRendition } from './media/hls/describe-hls.ts'
import { followPlaylist } from './media/hls/follow-playlist.ts'
import { growingPlaylist, type PlaylistEnd } from './media/hls/growing-playlist.ts'
import { durationOf } from './media/hls/media-playlist.ts'
import { playlistName } from './media/ladder/hls-arguments.ts'
import { patiently } from './patiently.ts'
import { putPlaylist } from './stored-text.ts'

export interface GrowingRendition {
  /** What ffmpeg has finished and named by now, stored or not; null before its first segment. */
  look(): Promise<FinishedRendition | null>
  /** Stores the segments of what was looked at, and what they need to be decoded. */
  store(rendition: FinishedRendition): Promise<void>
  /** Names what is stored, and whether more follows. Always after `store` of the same. */
  name(rendition: FinishedRendition, end: PlaylistEnd): Promise<void>
}

interface Place {
  storage: Storage
  signal: AbortSignal
  /** The local folder that ffmpeg writes to, the storage prefix, and the folder below both. */
  root: string
  prefix: string
  folder: string
  leastTargetS: number
}

// Enough to keep a distant S3 busy; a disk is busy with less.
const parallelPuts = 4

/**
 * Moves a rendition into storage while ffmpeg still writes it: segments first, then a playlist of our own that names no
 * more than is there. ffmpeg's playlist is only read, since it names segments before they are stored.
 */
export function growRendition({ storage, signal, root, prefix, folder, leastTargetS }: Place): GrowingRendition {
  const stored = new Set<string>()
  const follow = followPlaylist(join(root, folder, playlistName))
  let present = 0

  async function look(): Promise<FinishedRendition | null> {
    const named = await follow()
    if (!named?.initName) return null
    // What is named and not there, or empty, ends what can be shown. What was there stays until it is stored.
    while (present < named.segments.length && (await hasBytes(join(root, folder, named.segments[present]!.name))))
      present++
    if (present === 0) return null
    const playlist = { ...named, segments: named.segments.slice(0, present) }
    return { name: folder, playlist, durationS: durationOf(playlist) }
  }

  return {
    look,
    async store({ playlist }) {
      const names = [playlist.initName!, ...playlist.segments.map((segment) => segment.name)]
      const missing = names.filter((name) => !stored.has(name))
      await eachLimited(missing, parallelPuts, async (name) => {
        await patiently(signal, () => storeFile(name))
        stored.add(name)
      })
    },
    async name({ playlist }, end) {
      const text = growingPlaylist(playlist, end, leastTargetS)
      const key = `${prefix}/${folder}/${playlistName}`
      await patiently(signal, () => putPlaylist(storage, key, text))
    },
  }

  async function storeFile(name: string): Promise<void> {
    signal.throwIfAborted()
    const path = join(root, folder, name)
    // The codec of the pictures is read from this one later, so it stays here too.
    if (name.endsWith('.mp4')) await storage.put(`${prefix}/${folder}/${name}`, await readFile(path))
    else await storage.adoptFile(`${prefix}/${folder}/${name}`, path)
  }
}

/** The beginning of a rendition, of so many segments at most. */
export function firstSegments(rendition: FinishedRendition, count: number): FinishedRendition {
  const playlist = { ...rendition.playlist, segments: rendition.playlist.segments.slice(0, count) }
  return { ...rendition, playlist, durationS: durationOf(playlist) }
}

/** How many segments it takes to get so far; no number is enough where there are too few yet. */
export function segmentsTo({ playlist }: FinishedRendition, seconds: number): number {
  let endS = 0
  const index = playlist.segments.findIndex(({ durationS }) => {
    endS += durationS
    return endS >= seconds
  })
  return index < 0 ? Number.POSITIVE_INFINITY : index + 1
}
