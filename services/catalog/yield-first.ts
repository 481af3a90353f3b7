import type { Catalog } from './open-catalog.ts'
import { type PartClaim, releasePart } from './parts.ts'
import { standingTurn } from './turns.ts'

/**
 * Puts a first version back that others should not wait for, as a part that is given out where the queue stands, in one
 * transaction. It costs no try. Nothing happens where the part is somebody else's by now.
 */
export async function yieldFirst({ database, jobs }: Pick<Catalog, 'database' | 'jobs'>, claim: PartClaim) {
  const { videoId, attempt, part } = claim
  await database.transaction().execute(async (transaction) => {
    // Before parts that stand there already, its own among them: it is what people watch meanwhile.
    const turn = (await standingTurn(transaction)) - 1
    if (!(await releasePart(transaction, claim, { isFree: true, turn }))) return
    await jobs.queueParts(transaction, [{ kind: 'part', videoId, attempt, part, turn }])
  })
}
