import { sql, type Transaction } from 'kysely'
import { transcodeQueue } from './jobs.ts'
import type { Database } from './schema.ts'

/** Takes back what is queued of a video and nobody works on yet, so that a later job of it is the only one. */
export async function dropWaitingJobs(transaction: Transaction<Database>, videoId: string): Promise<void> {
  await sql`
    UPDATE pgboss.job
    SET state = 'cancelled', completed_on = now()
    WHERE name = ${transcodeQueue} AND state IN ('created', 'retry') AND data->>'videoId' = ${videoId}
  `.execute(transaction)
}
