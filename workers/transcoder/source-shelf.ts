import { link, mkdir, open, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from './context.ts'

type ShelfContext = Pick<Context, 'config' | 'storage'>

/**
 * Puts the source of a video at `path`, to be read and never written. A storage on this disk lends its own file; of others
 * one copy is kept on a shelf that all workers of this machine share, and each gets a link of it. Whoever comes while it is
 * being fetched waits for it.
 */
export async function takeSource(
  { config, storage }: ShelfContext,
  key: string,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  await rm(path, { force: true })
  if (await storage.lend(key, path)) return
  await mkdir(config.shelfFolder, { recursive: true })
  const kept = join(config.shelfFolder, key.replaceAll('/', '-'))
  while (!(await linkIfThere(kept, path))) {
    if (await claim(kept)) await fetchOnce({ config, storage }, key, kept)
    else await delay(lookEveryMs, undefined, { signal })
  }
  lastTaken.set(config.workFolder, kept)
}

/** What this worker took last is of a video that is finished or gone; others that read it keep their link. */
export async function clearShelf({ config }: Pick<Context, 'config'>): Promise<void> {
  const kept = lastTaken.get(config.workFolder)
  lastTaken.delete(config.workFolder)
  if (kept) await rm(kept, { force: true })
}

/** The rest of a video's parts went to other machines, or its worker is gone: what nobody took for this long is given up. */
export async function clearIdleShelf({ config }: Pick<Context, 'config'>, idleMs = 60_000): Promise<void> {
  const names = await readdir(config.shelfFolder).catch(() => [])
  for (const name of names) {
    const path = join(config.shelfFolder, name)
    const found = await stat(path).catch(() => null)
    // A link more than its own says that somebody reads it; what is being fetched is written to, if slowly.
    const patienceMs = isWhole(name) ? idleMs : 10 * idleMs
    if (found && found.nlink === 1 && Date.now() - found.mtimeMs > patienceMs) await rm(path, { force: true })
  }
}

/** By the work folder of each worker, so that several in one process, as in tests, do not clear one another's. */
const lastTaken = new Map<string, string>()

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

/** Whether fetching falls to us. Two who both find a dead one's claim may both fetch, which costs time and nothing else. */
async function claim(kept: string): Promise<boolean> {
  const path = claimOf(kept)
  const found = await stat(path).catch(() => null)
  if (found && Date.now() - found.mtimeMs > deadAfterMs) await rm(path, { force: true })
  try {
    await (await open(path, 'wx')).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** The copy appears under its name once it is whole; what a killed worker leaves is cleared when it has been idle. */
async function fetchOnce({ config, storage }: ShelfContext, key: string, kept: string): Promise<void> {
  const path = claimOf(kept)
  const say = setInterval(() => {
    const now = new Date()
    utimes(path, now, now).catch(() => {})
  }, sayEveryMs)
  const mine = join(dirname(kept), `${unfinished}${config.workerName}-${process.pid}-${basename(kept)}`)
  try {
    await storage.download(key, mine)
    await rename(mine, kept)
  } finally {
    clearInterval(say)
    await Promise.all([rm(path, { force: true }), rm(mine, { force: true })])
  }
}

// No key of a storage begins with a dot.
const unfinished = '.fetching-'

function claimOf(kept: string): string {
  return join(dirname(kept), `.claim-${basename(kept)}`)
}

function isWhole(name: string): boolean {
  return !name.startsWith('.')
}
