import { type Kysely, sql, type Transaction } from 'kysely'
import { transcodeQueue } from './queue.ts'
import type { Database } from './schema.ts'

/**
 * Videos that nobody has read yet go before all parts, since their owners have nothing to show so far. Among themselves they
 * take turns by owner as parts do: someone's second video comes after everybody's first.
 */
const highest = 1_000_000_000

/** What the joining of an attempt has, which is short. */
export const firstOfAll = 2_000_000_000

// Nobody has as many videos waiting; what is below is no turn of a video.
const lowest = highest / 2

/**
 * The priority of a video's job, so that its turn is one more than that of the owner's last and never before where the queue
 * stands. The queue keeps no other book: turns begin at nought again once nothing waits.
 */
export async function nextVideoPriority(transaction: Transaction<Database>, videoId: string): Promise<number> {
  const { rows } = await sql<{ turn: number }>`
    WITH open AS (
      SELECT ${highest} - priority AS turn, video.owner_id, state
      FROM pgboss.job JOIN video ON video.id = job.data->>'videoId'
      WHERE name = ${transcodeQueue}
      AND state IN ('created', 'retry', 'active')
      AND data->>'kind' = 'video'
      AND priority BETWEEN ${lowest} AND ${highest}
    )
    SELECT greatest(
      coalesce(
        (SELECT max(turn) FROM open WHERE state = 'active'),
        (SELECT min(turn) FROM open WHERE state <> 'active')
      ),
      (SELECT max(turn) + 1 FROM open WHERE owner_id = (SELECT owner_id FROM video WHERE id = ${videoId})),
      0
    ) AS turn
  `.execute(transaction)
  return Math.max(lowest, highest - rows[0]!.turn)
}

/**
 * Whether a video that nobody has begun with, of another owner than this one's, waits for a worker, and none is soon free. One
 * that encodes a part of the pictures is: it ends soon, and videos go before all parts. One that has all of them in one part
 * may take hours; what stands still was lost with its worker.
 */
export async function isAnotherWaiting(database: Kysely<Database>, videoId: string): Promise<boolean> {
  const { rows } = await sql<{ is_waiting: boolean }>`
    SELECT EXISTS (
      SELECT 1
      FROM pgboss.job JOIN video ON video.id = job.data->>'videoId'
      WHERE name = ${transcodeQueue}
      AND state IN ('created', 'retry')
      AND start_after <= now()
      AND data->>'kind' = 'video'
      AND video.owner_id <> (SELECT owner_id FROM video WHERE id = ${videoId})
    ) AND NOT EXISTS (
      SELECT 1
      FROM transcode_part
      WHERE kind = 'pictures' AND state = 'active' AND updated_at > now() - interval '1 minute'
      AND NOT (from_frame = 0 AND frames IS NULL)
    ) AS is_waiting
  `.execute(database)
  return rows[0]!.is_waiting
}
