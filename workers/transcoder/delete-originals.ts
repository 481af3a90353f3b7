import { deleteOriginal, findUnwantedOriginals } from '#catalog/originals.ts'
import { findOpenSmaller } from '#catalog/smaller.ts'
import type { Context } from './context.ts'
import { leaveSmaller } from './smaller/leave-smaller.ts'
import { readKept } from './smaller/smaller-state.ts'

type OriginalsContext = Pick<Context, 'catalog' | 'storage' | 'logger'>

/**
 * Deletes the files that their owners do not want to keep and of which everything was made. AV1 is not waited for, which may
 * take days: it is given up.
 */
export async function deleteOriginals(context: OriginalsContext): Promise<void> {
  for (const videoId of await findUnwantedOriginals(context.catalog.database)) {
    // One that fails keeps no other waiting; it is looked at again.
    await deleteOne(context, videoId).catch((error) => {
      context.logger.error({ err: error, videoId }, 'an original could not be deleted yet')
    })
  }
}

async function deleteOne(context: OriginalsContext, videoId: string): Promise<void> {
  const { catalog, logger } = context
  const open = await findOpenSmaller(catalog.database, videoId)
  if (open) await leaveSmaller(context, open.claim, readKept(open), 'not_worth')
  if (await deleteOriginal(catalog, videoId)) logger.info({ videoId }, 'an original was deleted, as its owner wished')
}
