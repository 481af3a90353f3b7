import { noteReceived, requireGrowth } from '#catalog/unfinished-uploads.ts'
import type { Context } from '../context.ts'
import { asAppError } from '../http/answer-errors.ts'
import { quotaOf } from './quota-of.ts'
import { requireRoom } from './require-room.ts'
import type { Growth } from './upload-request.ts'

/** What is asked of the disk and the database while an upload grows. */
export function uploadGrowth({ catalog, config }: Pick<Context, 'catalog' | 'config'>): Growth {
  const quota = quotaOf(config)
  return {
    async require(id, receivedBytes, moreBytes) {
      await requireRoom(config, moreBytes)
      // So that a database that is away is not taken for a storage that is.
      await requireGrowth(catalog.database, { id, receivedBytes, moreBytes }, quota).catch((error) => {
        throw asAppError(error)
      })
    },
    async note(id, receivedBytes) {
      await noteReceived(catalog.database, id, receivedBytes)
    },
  }
}
