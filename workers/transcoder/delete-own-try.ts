import { posix } from 'node:path'
import { readTry } from '#catalog/part-sums.ts'
import type { PartClaim } from '#catalog/parts.ts'
import type { Storage } from '#storage/storage.ts'
import type { Context } from './context.ts'
import { namesIn } from './media/hls/names-in.ts'
import { audioFolder } from './media/ladder/hls-arguments.ts'
import { partPrefix } from './part-work.ts'
import { attemptParts } from './prefixes.ts'
import { storedText } from './stored-text.ts'

/**
 * Deletes what a try of a part stored that somebody else has made meanwhile: nobody looks for it any more. Where it is this
 * very try that counts, because its end was stored and only the answer got lost, all of it stays.
 */
export async function deleteOwnTry({ catalog, storage }: Context, claim: PartClaim): Promise<void> {
  const { ladder } = attemptParts({ videoId: claim.videoId, number: claim.attempt })
  const latest = await readTry(catalog.database, claim)
  if (latest === claim.try) return
  const keys: string[] = []
  for await (const { key } of storage.list(ladder)) keys.push(key)
  // Parts are forgotten once they are joined; what was joined stands in the playlists.
  const named = latest === null ? await readNames(storage, keys) : new Set<string>()
  for (const key of keys) {
    const isOwn = posix.basename(key).startsWith(partPrefix(claim)) && isOfParts.test(posix.dirname(key))
    if (isOwn && !named.has(key)) await storage.deletePrefix(key)
  }
}

// What else is made of a video beside its ladder names its parts by numbers of its own.
const isOfParts = new RegExp(`/(\\d+p|${audioFolder})$`)

async function readNames(storage: Storage, keys: string[]): Promise<Set<string>> {
  const names = new Set<string>()
  for (const playlist of keys.filter((key) => key.endsWith('.m3u8'))) {
    const lines = await storedText(storage, playlist)
    for (const name of namesIn(lines, playlist)) names.add(name)
  }
  return names
}
