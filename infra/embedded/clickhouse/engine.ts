import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { drainPending, Session } from 'chdb'
import { StartError } from '../../../services/program/read-config.ts'
import { connections, statementBytes } from './limits.ts'

/** The ClickHouse engine of this process; there can be only one, on one folder. */
export interface Engine {
  /** Open as long as the engine, which would shut down with its last connection. */
  control: Session
  connect(): Session
  /** Closes `control` and waits until nothing native runs any more. All other sessions must have been closed. */
  close(): Promise<void>
}

/** Throws a StartError when the folder is used by another process or can't be read. */
export async function openEngine(folder: string, memoryBytes: number): Promise<Engine> {
  await mkdir(folder, { recursive: true })
  const configFile = `${folder}.xml`
  await writeFile(configFile, serverSettings(memoryBytes))
  const connectionArgs = [`--config-file=${configFile}`, ...defaults]
  const connect = () => new Session(folder, { connectionArgs })
  const control = await connectFirst(connect, folder)
  return {
    control,
    connect,
    async close() {
      control.close()
      await drainPending()
    },
  }
}

async function connectFirst(connect: () => Session, folder: string): Promise<Session> {
  try {
    return connect()
  } catch (error) {
    throw new StartError(await sentence(folder), { cause: error })
  }
}

// chDB relaxes these for use at a prompt; a server has them off. Insert data must be stored when the insert is answered.
// Parameters are part of a statement here, which they are not over HTTP, so the limit on its size must leave room for them.
const defaults = [
  '--implicit_select=0',
  '--allow_introspection_functions=0',
  '--async_insert=0',
  `--max_query_size=${4 * statementBytes}`,
]

/**
 * The engine's caches default to gigabytes, as fits a machine of its own. Ours shares one with encoders, and the tables of
 * a single machine are small: what falls out of these is still in the page cache.
 */
function serverSettings(memoryBytes: number): string {
  const settings = {
    max_server_memory_usage: memoryBytes,
    max_concurrent_queries: connections * 4,
    max_thread_pool_size: 300,
    max_thread_pool_free_size: 8,
    max_io_thread_pool_size: 16,
    max_io_thread_pool_free_size: 2,
    mark_cache_size: 64 * 2 ** 20,
    primary_index_cache_size: 64 * 2 ** 20,
    index_mark_cache_size: 16 * 2 ** 20,
    query_condition_cache_size: 16 * 2 ** 20,
    compiled_expression_cache_size: 16 * 2 ** 20,
    mmap_cache_size: 64,
  }
  const lines = Object.entries(settings).map(([name, value]) => `  <${name}>${value}</${name}>`)
  return `<clickhouse>\n${lines.join('\n')}\n</clickhouse>\n`
}

async function sentence(folder: string): Promise<string> {
  const status = await readFile(join(folder, 'status'), 'utf8').catch(() => '')
  const pid = Number(/PID: (\d+)/.exec(status)?.[1])
  if (pid && pid !== process.pid && isAlive(pid)) {
    return `Another ClickHouse (process ${pid}) uses ${folder}; stop it first.`
  }
  return `ClickHouse could not open ${folder}; its own words stand above.`
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
