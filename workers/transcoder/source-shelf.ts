import { link, mkdir, readdir, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from './context.ts'
import { hasBytes } from './has-bytes.ts'

type ShelfContext = Pick<Context, 'config' | 'storage'>

/**
 * Puts the source of a video at `path`. The last one is kept on a shelf in the work folder, because a worker often gets the
 * next part of the same video; one worker has one job at a time, so nobody else takes it away meanwhile.
 */
export async function takeSource({ config, storage }: ShelfContext, key: string, path: string): Promise<void> {
  const shelf = shelfOf(config.workFolder)
  const kept = join(shelf, key.replaceAll('/', '-'))
  if (!(await hasBytes(kept))) {
    // One at a time, so that the room taken is known.
    await rm(shelf, { recursive: true, force: true })
    await mkdir(shelf, { recursive: true })
    await storage.download(key, kept)
  }
  await rm(path, { force: true })
  await link(kept, path)
  const now = new Date()
  await utimes(shelf, now, now)
}

/** Nothing is kept of a video that is finished or gone. */
export async function clearShelf({ config }: Pick<Context, 'config'>): Promise<void> {
  await rm(shelfOf(config.workFolder), { recursive: true, force: true })
}

/** The rest of a video's parts went to other workers, or the video is gone: what nobody took for this long is given up. */
const idleMs = 60_000

export async function clearIdleShelf(context: Pick<Context, 'config'>): Promise<void> {
  const { workFolder } = context.config
  // Whoever works may be fetching a source this very moment.
  const isBusy = (await readdir(workFolder)).some((name) => name !== shelfName)
  const shelf = await stat(shelfOf(workFolder)).catch(() => null)
  if (!isBusy && shelf && Date.now() - shelf.mtimeMs > idleMs) await clearShelf(context)
}

const shelfName = 'shelf'

function shelfOf(workFolder: string): string {
  return join(workFolder, shelfName)
}
