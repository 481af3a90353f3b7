import { randomUUID } from 'node:crypto'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { VideoRow } from '#catalog/schema.ts'
import type { Context } from './context.ts'
import { requireRoomFor } from './require-room-for.ts'
import { keptOf, shelfOf } from './shelf-names.ts'

/**
 * Asked before a video is begun with: an attempt that would only wait leaves rows and sweeps behind at every turn. Throws
 * `storage_full`.
 */
export async function requireRoomForSource(
  context: Pick<Context, 'config' | 'storage' | 'toolbox'>,
  { source_key, source_bytes }: Pick<VideoRow, 'source_key' | 'source_bytes'>,
): Promise<void> {
  const { config, toolbox } = context
  await requireRoomFor(0, config.workFolder, toolbox)
  if (source_key === null || (await isAtHand(context, source_key))) return
  await mkdir(shelfOf(config), { recursive: true })
  await requireRoomFor(Number(source_bytes), shelfOf(config), toolbox)
}

/** Whether reading it takes no room: it is here already, or the storage lends its own file. */
async function isAtHand({ config, storage }: Pick<Context, 'config' | 'storage'>, key: string): Promise<boolean> {
  if (await stat(keptOf(config, key)).catch(() => null)) return true
  const path = join(config.workFolder, `lent-${randomUUID()}`)
  try {
    return await storage.lend(key, path)
  } finally {
    await rm(path, { force: true })
  }
}
