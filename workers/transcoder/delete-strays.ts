import type { Storage } from '#storage/storage.ts'
import type { FinishedRendition } from './media/hls/describe-hls.ts'
import { objectsOf } from './media/hls/objects-of.ts'
import { patiently } from './patiently.ts'

/**
 * Deletes what tries left beside joined renditions that did not come to their end. Only what parts are called, so that
 * nothing that was published since goes.
 */
export async function deleteStrays(
  { storage, signal }: { storage: Storage; signal: AbortSignal },
  { prefix, renditions, sizes }: { prefix: string; renditions: FinishedRendition[]; sizes: Map<string, number> },
): Promise<void> {
  const named = new Set(renditions.flatMap(objectsOf))
  const folders = new Set(renditions.map(({ name }) => name))
  for (const path of sizes.keys()) {
    const [folder, object] = path.split('/')
    const isOfPart = folders.has(folder!) && /^p\d+-t\d+-/.test(object ?? '')
    if (isOfPart && !named.has(path)) await patiently(signal, () => storage.deletePrefix(`${prefix}/${path}`))
  }
}
