import { closeSmaller, type SmallerClaim } from '#catalog/smaller.ts'
import type { SmallerOutcome } from '#catalog/smaller-table.ts'
import { stragglerSeconds, sweepAfterSeconds } from '#catalog/sweep-times.ts'
import type { Storage } from '#storage/storage.ts'
import type { Context } from '../context.ts'
import { masterName } from '../media/ladder/hls-arguments.ts'
import { findStoredText, putPlaylist } from '../stored-text.ts'
import { folderOf } from './places.ts'
import { withoutSmaller } from './publish-smaller.ts'
import type { SmallerState } from './smaller-state.ts'

/**
 * Ends the work without anything to show; the video stays as it is. What was made is swept, all at once with saying so:
 * nothing of it stays wherever this is killed, and nobody's is taken who goes on with it.
 */
export async function leaveSmaller(
  { catalog, storage }: Pick<Context, 'catalog' | 'storage'>,
  claim: SmallerClaim,
  { plan }: SmallerState,
  outcome: Exclude<SmallerOutcome, 'published'>,
): Promise<void> {
  await closeSmaller(catalog.database, claim, outcome, async (transaction) => {
    const wasNamed = await unname(storage, `${claim.prefix}/${masterName}`)
    for (const { name } of plan?.ladder.renditions ?? []) {
      const folder = `${claim.prefix}/${folderOf(name)}`
      for (const afterSeconds of wasNamed ? [sweepAfterSeconds] : [0, stragglerSeconds])
        await catalog.jobs.queueSweepIn(transaction, folder, afterSeconds)
    }
  })
}

/** Who was killed between naming and saying so leaves a name behind. */
async function unname(storage: Storage, key: string): Promise<boolean> {
  const master = await findStoredText(storage, key)
  if (master === null) return false
  const usual = withoutSmaller(master)
  if (usual === master) return false
  await putPlaylist(storage, key, usual)
  return true
}
