import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { threadsOfEach, usualTranscoders } from '../../infra/share-cores.ts'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'
import { acceptUpload } from '../../services/catalog/accept-upload.ts'
import { openCatalog } from '../../services/catalog/open-catalog.ts'
import { openStorage } from '../../services/storage/open-storage.ts'
import { startTestPostgres } from '../../tests/support/postgres.ts'

export interface Site {
  workers: StartedProcess[]
  /** Seconds from an accepted upload until the video has this state; then the video is deleted. */
  secondsUntil(path: string, state: 'playable' | 'ready'): Promise<number>
  /** The same, with a look at what was published before it is deleted: a folder on disk. */
  publish(path: string, state: 'playable' | 'ready', look: (folder: string) => Promise<void>): Promise<number>
  close(): Promise<void>
}

export interface WorkerPlan {
  /** Words before the program, such as what binds it to a processor. */
  wrapper?: string[]
  environment?: Record<string, string>
}

/** As many workers as `npm start` runs, with the threads that each of them gets there. */
export function defaultWorkers(): WorkerPlan[] {
  const environment = { THREADS: String(threadsOfEach(usualTranscoders)) }
  return Array.from({ length: usualTranscoders }, () => ({ environment }))
}

/** Worker processes on real stores, and somebody who uploads. */
export async function openSite(folder: string, plans: WorkerPlan[]): Promise<Site> {
  const postgres = await startTestPostgres()
  const catalog = await openCatalog({ databaseUrl: postgres.url, onError: console.error })
  const storageUrl = `disk://${folder}/storage`
  const storage = await openStorage(storageUrl)
  await catalog.database
    .insertInto('user')
    .values({ id: 'ada', name: 'Ada', email: 'ada@example.org', emailVerified: true })
    .execute()
  const workFolder = join(folder, 'work')
  const start = ({ wrapper, environment }: WorkerPlan, index: number) =>
    startProcess({
      name: `transcoder ${index}`,
      program: new URL('../../workers/transcoder/main.ts', import.meta.url).pathname,
      ...(wrapper && { wrapper }),
      environment: {
        DATABASE_URL: postgres.url,
        STORAGE_URL: storageUrl,
        WORK_FOLDER: workFolder,
        WORKER_NAME: `bench-${index}`,
        // What nobody waits for would be measured along.
        MAKE_SMALLER: 'false',
        LOG_LEVEL: 'warn',
        PATH: process.env.PATH ?? '',
        ...environment,
      },
    })
  const workers = await Promise.all(plans.map(start))

  async function stateOf(id: string) {
    return catalog.database
      .selectFrom('video')
      .select(['status', 'published_prefix'])
      .where('id', '=', id)
      .executeTakeFirstOrThrow()
  }

  async function publish(path: string, state: 'playable' | 'ready', look: (folder: string) => Promise<void>) {
    const uploadId = crypto.randomUUID()
    const sourceKey = `sources/${uploadId}`
    const { sizeBytes } = await storage.put(sourceKey, createReadStream(path))
    const about = { fileName: 'clip', title: 'Clip', visibility: 'public' as const }
    const startedAt = performance.now()
    const { id } = await acceptUpload(catalog, { uploadId, ownerId: 'ada', sourceKey, sizeBytes, ...about })
    let now = await stateOf(id)
    while (now.status !== state && now.status !== 'ready') {
      if (now.status === 'failed') throw new Error('The video failed.')
      await delay(state === 'ready' ? 50 : 10)
      now = await stateOf(id)
    }
    const seconds = (performance.now() - startedAt) / 1_000
    await look(join(folder, 'storage', now.published_prefix!))
    await catalog.database.deleteFrom('video').where('id', '=', id).execute()
    for (const index of plans.keys()) await untilIdle(join(workFolder, `bench-${index}`))
    return seconds
  }

  return {
    workers,
    publish,
    secondsUntil: (path, state) => publish(path, state, async () => {}),
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await catalog.close()
      await storage.close()
      await postgres.stop()
    },
  }
}

/** A worker notices within a second that its video is gone, and empties its folder last. */
async function untilIdle(workFolder: string): Promise<void> {
  while ((await readdir(workFolder)).length > 0) await delay(20)
}
