import { PgBoss } from 'pg-boss'
import { connections, patience } from './connections.ts'
import { noteLoss, notingLoss } from './database-loss.ts'
import { type ExtraQueue, openExtraQueue } from './extra-queue.ts'
import { openSweepQueue, type SweepQueue } from './sweep-queue.ts'
import { openTranscodeQueue, type TranscodeQueue } from './transcode-queue.ts'

export type { TakenExtra } from './extra-queue.ts'
export { transcodeQueue } from './queue.ts'
export type { SweepJob } from './sweep-queue.ts'
export { maxAttempts, type TakenTranscode, type TranscodeJob } from './transcode-queue.ts'

/** All queues of one program: videos and their parts, what is to be deleted, and light work beside. */
export type Jobs = TranscodeQueue & SweepQueue & ExtraQueue & { close(): Promise<void> }

export async function openJobs(databaseUrl: string, onError: (error: unknown) => void): Promise<Jobs> {
  // Handed on to the pool as they are.
  const boss = new PgBoss({ connectionString: databaseUrl, max: connections.queue, useListenNotify: true, ...patience })
  const db = boss.getDb()
  const ask = db.executeSql.bind(db)
  db.executeSql = (...words) => notingLoss(ask(...words), databaseUrl)
  boss.on('error', (error) => {
    noteLoss(error, databaseUrl)
    onError(error)
  })
  await boss.start()
  return {
    ...(await openTranscodeQueue(boss)),
    ...(await openSweepQueue(boss)),
    ...(await openExtraQueue(boss)),
    close: () => boss.stop({ graceful: true, timeout: 5_000 }),
  }
}
