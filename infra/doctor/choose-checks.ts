import { join } from 'node:path'
import { readTranscoderConfig } from '../../workers/transcoder/config.ts'
import { bareToolbox } from '../../workers/transcoder/media/run/self-test.ts'
import type { SystemConfig } from '../config.ts'
import { limitsOf } from '../programs.ts'
import { findRunning, type RunningNote } from '../running-note.ts'
import { requireStores } from '../worker/require-stores.ts'
import { checkClickHouse } from './check-clickhouse.ts'
import { checkDataFolder } from './check-data-folder.ts'
import { checkFfmpeg } from './check-ffmpeg.ts'
import { checkMachine } from './check-machine.ts'
import { checkPostgres } from './check-postgres.ts'
import { checkSandbox } from './check-sandbox.ts'
import { checkSite } from './check-site.ts'
import { checkStorage } from './check-storage.ts'
import { type Check, ok } from './finding.ts'

/** What there is to look at with these settings. `scratch` is a folder on the data folder's disk. */
export async function chooseChecks(config: SystemConfig, scratch: string, signal: AbortSignal): Promise<Check[]> {
  const running = await findRunning(config.DATA_DIR)
  return [
    ...(await encoding(config, scratch)),
    config.DATABASE_URL ? checkPostgres(config.DATABASE_URL, config.TRANSCODERS) : embedded('PostgreSQL', running),
    clickhouse(config, running),
    config.STORAGE_URL
      ? ownStorage(config.STORAGE_URL, signal)
      : checkStorage(`disk://${join(scratch, 'storage')}`, 'a folder in the data folder', signal),
  ]
}

/** What `npm run worker` needs. */
export async function chooseWorkerChecks(config: SystemConfig, scratch: string, signal: AbortSignal): Promise<Check[]> {
  const { databaseUrl, storageUrl } = requireStores(config)
  return [
    ...(await encoding(config, scratch)),
    checkPostgres(databaseUrl, config.TRANSCODERS),
    ownStorage(storageUrl, signal),
    checkSite({ databaseUrl, storageUrl }),
  ]
}

async function encoding(config: SystemConfig, scratch: string): Promise<Check[]> {
  const transcoder = readTranscoderConfig({
    DATABASE_URL: 'unused',
    STORAGE_URL: 'unused',
    WORK_FOLDER: scratch,
    ...config.inherited,
    ...limitsOf(config),
  })
  const bare = await bareToolbox(transcoder)
  return [checkMachine, checkFfmpeg(bare, scratch), checkSandbox(bare, scratch), checkDataFolder(config.DATA_DIR)]
}

function ownStorage(url: string, signal: AbortSignal): Check {
  return checkStorage(url, url.startsWith('s3:') ? 'your bucket' : 'your folder', signal)
}

function clickhouse(config: SystemConfig, running: RunningNote | null): Check {
  const url = config.CLICKHOUSE_URL ?? running?.clickhouseUrl
  return url ? checkClickHouse(url) : embedded('ClickHouse', running)
}

function embedded(title: string, running: RunningNote | null): Check {
  const found = running ? `runs with the system at ${running.publicUrl}` : 'starts with npm start'
  return { title, look: async () => [ok('embedded', found)] }
}
