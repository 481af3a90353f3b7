import { link, mkdir, open, rename, rm, stat, utimes } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from './context.ts'
import { requireRoomFor } from './require-room-for.ts'
import { claimOf, fetchingOf, keptOf, shelfOf } from './shelf-names.ts'

type ShelfContext = Pick<Context, 'config' | 'storage' | 'toolbox'>

/**
 * Puts the source of a video at `path`, to be read and never written. A storage on this disk lends its own file; of others
 * one copy is kept on a shelf that all workers of this machine share, and each gets a link of it. Whoever comes while it is
 * being fetched waits for it. Throws `storage_full` before the first byte where there is no room for it.
 */
export async function takeSource(
  context: ShelfContext,
  key: string,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  const { config, storage } = context
  await rm(path, { force: true })
  if (await storage.lend(key, path)) return
  const kept = keptOf(config, key)
  try {
    await mkdir(shelfOf(config), { recursive: true })
    while (!(await linkIfThere(kept, path))) {
      if (await claim(kept, path)) await fetchOnce(context, key, kept)
      else await delay(lookEveryMs, undefined, { signal })
    }
  } catch (error) {
    if (!linkless.has((error as NodeJS.ErrnoException).code ?? '')) throw error
    return fetchInto(context, key, path)
  }
  lastTaken.set(config.workFolder, kept)
}

/**
 * What this worker took last it needs no more for the moment; others that read it keep their link. Who comes back to it
 * fetches it again.
 */
export async function clearShelf({ config }: Pick<Context, 'config'>): Promise<void> {
  const kept = lastTaken.get(config.workFolder)
  lastTaken.delete(config.workFolder)
  if (kept) await rm(kept, { force: true })
}

/** By the work folder of each worker, so that several in one process, as in tests, do not clear one another's. */
const lastTaken = new Map<string, string>()

// A shelf on another disk, of another user, or in a file system without links or with too many of one.
const linkless = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

const lookEveryMs = 250
/** Whoever fetches says so this often, and is taken for dead when it has not for several times as long. */
const sayEveryMs = 2_000
const deadAfterMs = 20_000

async function linkIfThere(kept: string, path: string): Promise<boolean> {
  try {
    await link(kept, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  const now = new Date()
  // Cleared in this moment: the link is ours all the same.
  await utimes(kept, now, now).catch(() => {})
  return true
}

/**
 * Whether fetching falls to us. Two who both find a dead one's claim may both fetch, which costs time and nothing else.
 * Throws where no link can be made from the shelf to `path`, before anything is fetched in vain.
 */
async function claim(kept: string, path: string): Promise<boolean> {
  const claimed = claimOf(kept)
  const found = await stat(claimed).catch(() => null)
  if (found && Date.now() - found.mtimeMs > deadAfterMs) await rm(claimed, { force: true })
  try {
    await (await open(claimed, 'wx')).close()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
  try {
    await link(claimed, path)
    await rm(path)
    return true
  } catch (error) {
    await rm(claimed, { force: true })
    throw error
  }
}

/** The copy appears under its name once it is whole; what a killed worker leaves is cleared when it has been idle. */
async function fetchOnce(context: ShelfContext, key: string, kept: string): Promise<void> {
  const claimed = claimOf(kept)
  const say = setInterval(() => {
    const now = new Date()
    utimes(claimed, now, now).catch(() => {})
  }, sayEveryMs)
  const mine = fetchingOf(kept)
  try {
    await fetchInto(context, key, mine)
    await rename(mine, kept)
  } finally {
    clearInterval(say)
    await Promise.all([rm(claimed, { force: true }), rm(mine, { force: true })])
  }
}

async function fetchInto({ storage, toolbox }: ShelfContext, key: string, path: string): Promise<void> {
  const info = await storage.head(key)
  await requireRoomFor(info?.sizeBytes ?? 0, dirname(path), toolbox)
  await storage.download(key, path)
}
