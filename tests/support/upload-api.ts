import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { type Catalog, openCatalog } from '#catalog/open-catalog.ts'
import type { VideoRow } from '#catalog/schema.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { freePort } from '../../infra/free-port.ts'
import { type StartedProcess, startProcess } from '../../infra/supervisor/start-process.ts'
import { writeStandIns } from './api.ts'
import { type Person, signUp } from './person.ts'
import { testKey } from './plays.ts'
import { startTestPostgres } from './postgres.ts'
import { type TusClient, tusClient } from './tus.ts'

export interface UploadApi {
  port: () => number
  pid: () => number
  url: string
  folder: string
  storage: Storage
  catalog: Catalog
  person: Person
  tus: TusClient
  videos(): Promise<VideoRow[]>
  /** sha256 in hex of what is stored for a video. */
  storedHash(video: VideoRow): Promise<string>
  /** Resolves when its successor serves. */
  restart(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>
  /** Starts a new one where the old one has ended already. */
  startAgain(): Promise<void>
  exited(): Promise<unknown>
  stop(): Promise<void>
}

type Settings = Record<string, string>
/** For what depends on the database's URL or the folder. */
type MakeSettings = (databaseUrl: string, folder: string) => Promise<Settings>

/** The real api in a process of its own, over a real database and a folder, or what the settings say; no pages, no statistics. */
export async function startUploadApi(
  given: Settings | MakeSettings = {},
  wrapper?: string[],
  onLine?: (line: string) => void,
): Promise<UploadApi> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-upload-'))
  await writeStandIns(folder)
  const postgres = await startTestPostgres()
  const settings = typeof given === 'function' ? await given(postgres.url, folder) : given
  const storageUrl = settings.STORAGE_URL ?? `disk://${join(folder, 'storage')}`
  const plan = {
    name: 'api',
    program: fileURLToPath(new URL('../../services/api/main.ts', import.meta.url)),
    wrapper,
    onLine,
    environment: {
      PATH: process.env.PATH ?? '',
      // The same after a restart.
      PORT: String(await freePort()),
      DATABASE_URL: postgres.url,
      CLICKHOUSE_URL: 'http://127.0.0.1:9',
      STORAGE_URL: storageUrl,
      UPLOAD_FOLDER: join(folder, 'uploads'),
      TMPDIR: folder,
      SIGNING_KEYS: `${testKey.id}:${testKey.secret}`,
      AUTH_SECRET: 'a secret of the tests that is long enough',
      SITE_BUILD: join(folder, 'site'),
      PLAYER_BUILD: join(folder, 'player'),
      LOG_LEVEL: 'silent',
      ...settings,
    },
  }
  let running: StartedProcess = await startProcess(plan)
  const port = () => running.port!
  const catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  const storage = await openStorage(storageUrl)
  const url = `http://127.0.0.1:${running.port}`
  const person = await signUp(url)
  const startAgain = async () => {
    running = await startProcess(plan)
  }
  return {
    port,
    pid: () => running.pid,
    url,
    folder,
    storage,
    catalog,
    person,
    tus: tusClient(port, person.cookie),
    videos: () => catalog.database.selectFrom('video').selectAll().execute(),
    async storedHash(video) {
      const { body } = await storage.get(video.source_key!)
      return sha256(await buffer(body))
    },
    async restart(signal = 'SIGKILL') {
      process.kill(running.pid, signal)
      await running.exited
      await startAgain()
    },
    startAgain,
    exited: () => running.exited,
    async stop() {
      await running.stop()
      await catalog.close()
      await storage.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex')
}
