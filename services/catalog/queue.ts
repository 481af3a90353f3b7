import { CompiledQuery, type Transaction } from 'kysely'
import type { PgBoss, QueueOptions } from 'pg-boss'
import type { Database } from './schema.ts'

/** Of videos and their parts. */
export const transcodeQueue = 'transcode'

/** A queue that a former version made is given what this one wants. */
export async function ensureQueue(
  boss: PgBoss,
  name: string,
  options: QueueOptions & { notify?: boolean },
): Promise<void> {
  await boss.createQueue(name, options)
  await boss.updateQueue(name, options)
}

/** For what is to be stored together with what a transaction writes, or not at all. */
export function inTransaction(transaction: Transaction<Database>) {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      const { rows } = await transaction.executeQuery(CompiledQuery.raw(text, values))
      return { rows: rows as Record<string, unknown>[] }
    },
  }
}

/** How long a job that a newer version of this program wrote is left for a worker that understands it. */
export const newerSeconds = 60

/** Puts a job back as if it had not been taken: it costs no try, and comes again after so long. */
export async function leave(boss: PgBoss, queue: string, jobId: string, seconds: number): Promise<void> {
  await boss.getDb().executeSql(
    `UPDATE pgboss.job
     SET state = 'created', started_on = NULL, heartbeat_on = NULL, start_after = now() + make_interval(secs => $3)
     WHERE name = $1 AND id = $2 AND state = 'active'`,
    [queue, jobId, seconds],
  )
}
