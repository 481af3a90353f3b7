import { type Kysely, sql, type Transaction } from 'kysely'
import type { Database } from './schema.ts'
import { firstOfAll } from './video-turns.ts'

/**
 * Start-time fair queueing: everybody's parts are numbered with turns and the lowest is given out first. Someone who has
 * nothing waiting joins where the queue stands, whatever others have queued; each further part of the same owner comes a
 * turn later. So a short clip waits for the parts that are being encoded, not for somebody's film.
 */
export async function nextTurn(transaction: Transaction<Database>, ownerId: string): Promise<number> {
  const { rows } = await sql<{ turn: number }>`
    SELECT greatest(
      (SELECT max(given) FROM transcode_turn),
      (SELECT given + 1 FROM transcode_turn WHERE owner_id = ${ownerId}),
      (
        SELECT max(turn) + 1
        FROM transcode_part JOIN video ON video.id = transcode_part.video_id
        WHERE video.owner_id = ${ownerId}
        AND transcode_part.state IN ('waiting', 'active')
        AND transcode_part.kind IN ('pictures', 'sound')
      ),
      0
    ) AS turn
  `.execute(transaction)
  return rows[0]!.turn
}

/** The turn that was given last, to whomever. */
export async function standingTurn(transaction: Transaction<Database>): Promise<number> {
  const { given } = await transaction
    .selectFrom('transcode_turn')
    .select(({ fn }) => fn.max('given').as('given'))
    .executeTakeFirstOrThrow()
  return given ?? 0
}

/** Says that the owner was given this turn. */
export async function giveTurn(database: Kysely<Database>, ownerId: string, turn: number): Promise<void> {
  await sql`
    INSERT INTO transcode_turn (owner_id, given) VALUES (${ownerId}, ${turn})
    ON CONFLICT (owner_id) DO UPDATE SET given = greatest(transcode_turn.given, excluded.given)
  `.execute(database)
}

/** What the queue gives out first has the highest priority; what is not a part, and short, goes before all else. */
export function priorityOf(turn: number | null): number {
  return turn === null ? firstOfAll : -turn
}

/** Of what is done while nothing else waits; nobody's turn ever gets as far. */
export const lastPriority = -2_000_000_000
