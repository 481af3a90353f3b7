import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Context } from './context.ts'
import { kindOfShelved, shelfOf } from './shelf-names.ts'

/**
 * The rest of a video's parts went to other machines, or its worker is gone: what nobody took for this long is given up.
 * One file that can't be deleted keeps no other from it; the first trouble is thrown in the end.
 */
export async function clearIdleShelf({ config }: Pick<Context, 'config'>, idleMs = 60_000): Promise<void> {
  const folder = shelfOf(config)
  const names = await readdir(folder).catch(() => [])
  const troubles: unknown[] = []
  for (const name of names) await clearIdle(folder, name, idleMs).catch((error) => troubles.push(error))
  if (troubles.length > 0) throw troubles[0]
}

async function clearIdle(folder: string, name: string, idleMs: number): Promise<void> {
  const kind = kindOfShelved(name)
  if (!kind) return
  const path = join(folder, name)
  const found = await stat(path).catch(() => null)
  // What is being fetched is written to, if slowly.
  const patienceMs = kind === 'whole' ? idleMs : 10 * idleMs
  // A link more than its own says that somebody reads it.
  if (found?.isFile() && found.nlink === 1 && Date.now() - found.mtimeMs > patienceMs) await rm(path, { force: true })
}
