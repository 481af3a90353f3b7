import type { TranscodeJob } from '#catalog/jobs.ts'
import type { Context } from '../../workers/transcoder/context.ts'
import { workJob } from '../../workers/transcoder/work-job.ts'

/** For tests without a queue's worker: does all jobs of a video one after the other, as one worker would get them. */
export async function workWhole(context: Context, videoId: string): Promise<void> {
  while (await workNext(context, videoId)) {
    // Until nothing is queued any more.
  }
}

/** Does the video's next job; false where there is none. Rejects, with the job queued again, where the work does. */
export async function workNext(context: Context, videoId: string): Promise<boolean> {
  const { pool } = context.catalog
  const { rows } = await pool.query<{ id: string; data: TranscodeJob }>(
    `SELECT id, data FROM pgboss.job
     WHERE name = 'transcode' AND state IN ('created', 'retry') AND data->>'videoId' = $1
     ORDER BY priority DESC, created_on, (data->>'part')::integer
     LIMIT 1`,
    [videoId],
  )
  const job = rows[0]
  if (!job) return false
  const become = (state: string) => pool.query('UPDATE pgboss.job SET state = $2 WHERE id = $1', [job.id, state])
  await become('active')
  try {
    await workJob(context, { ...job, signal: new AbortController().signal })
  } catch (error) {
    await become('retry')
    throw error
  }
  await become('completed')
  return true
}
