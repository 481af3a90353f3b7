import { execFile } from 'node:child_process'
import { chmod, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { ProcessPlan } from '../../supervisor/start-process.ts'
import { postgresDatabase, postgresUser } from './names.ts'
import { stopLeftover } from './stop-leftover.ts'

interface PostgresPlan {
  folder: string
  password: string
  port: number
  /** How many it accepts at once. */
  connections: number
  /** What the process gets of our surroundings; PATH at least. */
  inherited: Record<string, string>
}

/** How PostgreSQL is run in a process of its own. */
export async function planPostgres({
  folder,
  password,
  port,
  connections,
  inherited,
}: PostgresPlan): Promise<ProcessPlan> {
  await mkdir(dirname(folder), { recursive: true })
  const wrapper = await namespaceWrapper(folder)
  // The separate user must be able to walk through to its cluster, and no more than that.
  if (process.getuid?.() === 0 && wrapper.length === 0) await chmod(dirname(folder), 0o711)
  return {
    name: 'PostgreSQL',
    program: fileURLToPath(new URL('./main.ts', import.meta.url)),
    wrapper,
    endLeftover: () => stopLeftover(folder),
    environment: {
      ...inherited,
      POSTGRES_FOLDER: folder,
      POSTGRES_PASSWORD: password,
      POSTGRES_PORT: String(port),
      POSTGRES_CONNECTIONS: String(connections),
    },
  }
}

/** What `DATABASE_URL` would hold. */
export function postgresUrl(port: number, password: string): string {
  return `postgres://${postgresUser}:${encodeURIComponent(password)}@127.0.0.1:${port}/${postgresDatabase}`
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
