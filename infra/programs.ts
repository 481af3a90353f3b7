import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { SystemConfig } from './config.ts'
import type { DataFolder } from './data-folder.ts'
import { threadsOfEach } from './share-cores.ts'
import type { ProcessPlan } from './supervisor/start-process.ts'

export interface Stores {
  databaseUrl: string
  clickhouseUrl: string
  storageUrl: string
}

// Programs share one small machine.
const smallHeap = ['--max-semi-space-size=4']
/** For the api and the collector: uploads and beacons make much garbage, and with little room for it much time goes into collecting it. */
export const roomForGarbage = ['--max-semi-space-size=16']

/** How each program is started, and all that it is told. The stores are named by URL only. */
export function planPrograms(config: SystemConfig, data: DataFolder, stores: Stores): Record<string, ProcessPlan> {
  const { secrets } = data
  const common = { ...config.inherited, LOG_LEVEL: config.LOG_LEVEL, HOST: '127.0.0.1', PORT: '0' }
  const proxies = String(config.TRUSTED_PROXIES + 1)
  const busy = new Set(['api', 'beacon'])
  const plan = (name: string, program: string, environment: Record<string, string | undefined>): ProcessPlan => ({
    name,
    program: path(program),
    environment: defined({ ...common, ...environment }),
    nodeOptions: busy.has(name) ? roomForGarbage : smallHeap,
  })
  return {
    api: plan('api', '../services/api/main.ts', {
      PUBLIC_URL: config.publicUrl,
      MEDIA_URL: config.MEDIA_URL,
      TRUSTED_PROXIES: proxies,
      DATABASE_URL: stores.databaseUrl,
      CLICKHOUSE_URL: stores.clickhouseUrl,
      STORAGE_URL: stores.storageUrl,
      UPLOAD_FOLDER: join(data.path, 'uploads'),
      MAX_UPLOAD_BYTES: config.MAX_UPLOAD_BYTES?.toString(),
      QUOTA_BYTES: config.QUOTA_BYTES?.toString(),
      QUOTA_VIDEOS: config.QUOTA_VIDEOS?.toString(),
      UNFINISHED_UPLOADS: config.UNFINISHED_UPLOADS?.toString(),
      IMPORTS_PER_HOUR: config.IMPORTS_PER_HOUR?.toString(),
      IMPORT_TIMEOUT_MINUTES: config.IMPORT_TIMEOUT_MINUTES?.toString(),
      IMPORT_PORTS: config.IMPORT_PORTS?.join(','),
      IMPORT_ALLOW_PRIVATE: String(config.IMPORT_ALLOW_PRIVATE),
      SIGNING_KEYS: secrets.signingKeys,
      AUTH_SECRET: secrets.authSecret,
      SETUP_CODE: secrets.setupCode,
      CAN_MAIL: String(config.SMTP_URL !== undefined),
      BEACON_URL: `http://127.0.0.1:${config.PORT}`,
      PLAYS_KEEP_DAYS: config.PLAYS_KEEP_DAYS?.toString(),
      HOSTING_NETWORKS_FILE: config.HOSTING_NETWORKS_FILE,
      SITE_BUILD: path('../web/build'),
      PLAYER_BUILD: path('../web/player/dist'),
    }),
    beacon: plan('beacon', '../services/beacon/main.ts', {
      TRUSTED_PROXIES: proxies,
      CLICKHOUSE_URL: stores.clickhouseUrl,
      SPOOL_FOLDER: join(data.path, 'spool'),
      SIGNING_KEYS: secrets.signingKeys,
    }),
    media: plan('media', '../services/media/main.ts', {
      STORAGE_URL: stores.storageUrl,
      SIGNING_KEYS: secrets.signingKeys,
      BEACON_URL: `http://127.0.0.1:${config.PORT}`,
      DELIVERIES_FOLDER: join(data.path, 'deliveries'),
      CACHE_MB: config.CACHE_MB?.toString(),
    }),
    views: plan('views', '../workers/views/main.ts', {
      PUBLIC_URL: config.publicUrl,
      DATABASE_URL: stores.databaseUrl,
      CLICKHOUSE_URL: stores.clickhouseUrl,
      SMTP_URL: config.SMTP_URL,
      MAIL_FROM: config.MAIL_FROM,
      WEBHOOK_ALLOW_PRIVATE: String(config.WEBHOOK_ALLOW_PRIVATE),
      SIGNING_KEYS: secrets.signingKeys,
      BEACON_URL: `http://127.0.0.1:${config.PORT}`,
      PLAYS_KEEP_DAYS: config.PLAYS_KEEP_DAYS?.toString(),
    }),
  }
}

/**
 * Each transcoder has a name that it keeps over restarts, so that it knows which jobs its former self was killed with.
 * It begins with what tells this machine's transcoders from those of others.
 */
export function planTranscoder(
  config: SystemConfig,
  data: Pick<DataFolder, 'path'>,
  stores: Pick<Stores, 'databaseUrl' | 'storageUrl'>,
  number: number,
  machine = 'embedded',
): ProcessPlan {
  return {
    name: `transcoder ${number}`,
    program: path('../workers/transcoder/main.ts'),
    environment: defined({
      ...config.inherited,
      LOG_LEVEL: config.LOG_LEVEL,
      DATABASE_URL: stores.databaseUrl,
      STORAGE_URL: stores.storageUrl,
      WORK_FOLDER: join(data.path, 'work', String(number)),
      SHELF_FOLDER: join(data.path, 'work', 'shelf'),
      WORKER_NAME: `${machine}-${number}`,
      THREADS: String(threadsOfEach(config.TRANSCODERS)),
      MAKE_SMALLER: config.MAKE_SMALLER?.toString(),
      MAX_HEIGHT: config.MAX_HEIGHT?.toString(),
      ...limitsOf(config),
    }),
    nodeOptions: smallHeap,
  }
}

/** How far one ffmpeg may go; what is not set is the transcoder's own choice. */
export function limitsOf(config: SystemConfig): Record<string, string> {
  return defined({
    MAX_DURATION_S: config.MAX_DURATION_S?.toString(),
    MAX_SECONDS_PER_SECOND: config.MAX_SECONDS_PER_SECOND?.toString(),
    MAX_MEMORY_MB: config.MAX_MEMORY_MB?.toString(),
    MAX_FILE_MB: config.MAX_FILE_MB?.toString(),
    MAX_FOLDER_MB: config.MAX_FOLDER_MB?.toString(),
  })
}

function path(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined))
}
