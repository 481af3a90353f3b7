import { findAccepted } from '../uploads/accept-resumable.ts'
import { dropUpload } from '../uploads/drop-upload.ts'
import { forgetBytes } from './claim-import.ts'
import type { ImportParts } from './run-import.ts'

/**
 * Removes the bytes of imports that nobody goes on with: what is left where a process is killed right after a cancel, and
 * what was kept for a day of those that failed.
 */
export async function forgetPartials(parts: ImportParts): Promise<void> {
  const { catalog, place } = parts
  // The rows first: whoever tries again from here on begins anew, and a kill in between leaves bytes for the next look.
  await forgetBytes(catalog.database)
  for (const id of await place.list()) {
    const { importId, ownerId } = (await place.find(id))?.metadata ?? {}
    // Uploads of people are not ours to judge.
    if (!importId || !ownerId) continue
    const open = await catalog.database
      .selectFrom('import')
      .select('id')
      .where('upload_id', '=', id)
      .where('state', '!=', 'stored')
      .executeTakeFirst()
    if (open || (await findAccepted(parts, id, ownerId))) continue
    await dropUpload(parts, place, id)
  }
}
