import { execFile } from 'node:child_process'
import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type StartedProcess, startProcess } from '../../supervisor/start-process.ts'
import { postgresDatabase, postgresUser } from './names.ts'

const program = fileURLToPath(new URL('./main.ts', import.meta.url))

/** Runs PostgreSQL in a process of its own; the URL is what `DATABASE_URL` would hold. */
export async function spawnPostgres(options: {
  folder: string
  password: string
  environment?: Record<string, string>
  onLine?: (line: string) => void
}): Promise<StartedProcess & { url: string }> {
  await mkdir(dirname(options.folder), { recursive: true })
  const started = await startProcess({
    name: 'PostgreSQL',
    program,
    wrapper: await namespaceWrapper(options.folder),
    environment: {
      ...options.environment,
      PATH: process.env.PATH ?? '',
      POSTGRES_FOLDER: options.folder,
      POSTGRES_PASSWORD: options.password,
    },
    onLine: options.onLine ?? (() => {}),
  })
  const url = `postgres://${postgresUser}:${encodeURIComponent(options.password)}@127.0.0.1:${started.port}/${postgresDatabase}`
  return { ...started, url }
}

/**
 * PostgreSQL refuses to run as root. In a user namespace root looks like an ordinary user to it while files stay ours,
 * so that no account is added to the machine and a project below /root works. Where the machine forbids that, or the cluster
 * was made by the separate user before, the separate user is used.
 */
async function namespaceWrapper(folder: string): Promise<string[]> {
  if (process.getuid?.() !== 0) return []
  const owner = await stat(folder).catch(() => null)
  if (owner && owner.uid !== 0) return []
  const wrapper = ['unshare', '--user', '--map-user=1000', '--map-group=1000']
  return promisify(execFile)(wrapper[0]!, [...wrapper.slice(1), 'true']).then(
    () => wrapper,
    () => [],
  )
}
