import { type Attempt, openStatuses } from './attempts.ts'
import type { Catalog } from './open-catalog.ts'
import type { PartClaim } from './parts.ts'
import { nextTurn } from './turns.ts'

/** What is to be made, in the order in which it should begin. */
export interface PlannedPart {
  kind: 'pictures' | 'sound'
  fromFrame: number
  /** Null reaches to the end. */
  frames: number | null
}

/**
 * Cuts an attempt into parts and queues them, in one transaction. The first version is the part of whoever planned, who
 * holds it from here on. Null where somebody else has taken over meanwhile.
 */
export async function planParts(
  { database, jobs }: Pick<Catalog, 'database' | 'jobs'>,
  attempt: Attempt,
  planned: { plan: object; parts: PlannedPart[]; worker: string; jobId: string },
): Promise<PartClaim | null> {
  const { videoId, number } = attempt
  return database.transaction().execute(async (transaction) => {
    const video = await transaction
      .selectFrom('video')
      .select('owner_id')
      .where('id', '=', videoId)
      .where('current_attempt', '=', number)
      .where('status', 'in', openStatuses)
      .forUpdate()
      .executeTakeFirst()
    if (!video) return null
    await transaction
      .updateTable('transcode_attempt')
      .set({ plan: JSON.stringify(planned.plan) })
      .where('video_id', '=', videoId)
      .where('attempt', '=', number)
      .execute()
    const first = await nextTurn(transaction, video.owner_id)
    const parts = withTurns(planned.parts, first).map((part, index) => ({ ...part, part: index + 1 }))
    const key = { video_id: videoId, attempt: number }
    const held = { state: 'active' as const, worker: planned.worker, job_id: planned.jobId, try: 1, tries_spent: 1 }
    await transaction
      .insertInto('transcode_part')
      .values([
        { ...key, part: 0, kind: 'first' as const, ...held },
        ...parts.map(({ part, kind, fromFrame, frames, turn }) => ({
          ...{ ...key, part, kind, from_frame: fromFrame, frames, turn },
        })),
        { ...key, part: parts.length + 1, kind: 'finish' as const },
      ])
      .execute()
    await jobs.queueParts(
      transaction,
      parts.map(({ part, turn }) => ({ kind: 'part', videoId, attempt: number, part, turn })),
    )
    return { videoId, attempt: number, part: 0, try: 1 }
  })
}

/** Pictures take one turn after the other; the sound is little work and goes along with the first of them. */
function withTurns(parts: PlannedPart[], first: number) {
  let turn = first
  return parts.map((part) => ({ ...part, turn: part.kind === 'pictures' ? turn++ : first }))
}
