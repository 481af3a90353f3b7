import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Storage } from '#storage/storage.ts'
import { eachLimited } from './each-limited.ts'

export interface HlsUpload {
  /** Stores the segments that are finished by now, without being waited for; what fails is tried again by `finish`. */
  poke(): void
  /** Resolves once nothing is being stored any more, so that a clean-up after it leaves nothing behind. */
  settle(): Promise<void>
  /** Stores the rest: all segments, then what names them. May be repeated after a failure. */
  finish(): Promise<void>
}

// Enough to keep a distant S3 busy; a disk is busy with less.
const parallelPuts = 4

/**
 * Moves the files of `root` (`<rendition>/<file>`) into storage under `prefix` while ffmpeg still writes there.
 * ffmpeg renames a segment when it is whole, so what is named .m4s is finished. `look` may read a file before it goes.
 */
export function startHlsUpload(
  storage: Storage,
  root: string,
  prefix: string,
  look: (path: string) => Promise<void> = async () => {},
): HlsUpload {
  let running: Promise<void> | undefined

  async function take(isWanted: (name: string) => boolean): Promise<void> {
    const paths = (await filesOf(root)).filter(isWanted)
    await eachLimited(paths, parallelPuts, async (path) => {
      await look(path)
      await storage.adoptFile(`${prefix}/${path}`, join(root, path))
    })
  }

  return {
    poke() {
      running ??= take(isSegment)
        .catch(() => {})
        .finally(() => {
          running = undefined
        })
    },
    settle: async () => running,
    async finish() {
      await running
      await take(isSegment)
      await take((path) => path.endsWith('.mp4'))
      await take((path) => path.endsWith('.m3u8'))
    },
  }
}

function isSegment(path: string): boolean {
  return path.endsWith('.m4s')
}

async function filesOf(root: string): Promise<string[]> {
  const entries = await readdir(root, { withFileTypes: true, recursive: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
}
