import type { Context } from '../context.ts'

// Whatever is younger may belong to an upload that is about to get its row.
const youngestMs = 24 * 60 * 60 * 1000

/** Removes source objects that no video names: what a kill between storing a form's file and its row left behind. */
export async function forgetSources({
  catalog,
  storage,
  logger,
}: Pick<Context, 'catalog' | 'storage' | 'logger'>): Promise<void> {
  for await (const { key, modifiedAtMs } of storage.list('sources')) {
    // What tus notes beside unfinished uploads in S3 is tus's own to expire.
    if (key.endsWith('.info') || Date.now() - modifiedAtMs < youngestMs) continue
    const video = await catalog.database
      .selectFrom('video')
      .select('id')
      .where('source_key', '=', key)
      .executeTakeFirst()
    if (video) continue
    logger.warn({ key }, 'a source that no video names is removed')
    await storage.deletePrefix(key)
  }
}
