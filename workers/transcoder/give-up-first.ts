import { finishPart, type PartClaim } from '#catalog/parts.ts'
import type { Context } from './context.ts'
import { attemptParts } from './prefixes.ts'

/**
 * Ends a first version that could not be made, or killed its workers: people wait longer for something to watch, and that is
 * all. Its poster, which is made beside it, may have come to something.
 */
export async function giveUpFirst({ catalog, storage }: Pick<Context, 'catalog' | 'storage'>, claim: PartClaim) {
  const { posterKey } = attemptParts({ videoId: claim.videoId, number: claim.attempt })
  const isDrawn = (await storage.head(posterKey)) !== null
  await finishPart(catalog, claim, isDrawn ? { posterKey } : {})
}
