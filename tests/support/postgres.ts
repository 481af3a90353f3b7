import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { planPostgres, postgresUrl } from '../../infra/embedded/postgres/plan-postgres.ts'
import { freePort } from '../../infra/free-port.ts'
import { startProcess } from '../../infra/supervisor/start-process.ts'

/** A real PostgreSQL in a temporary folder on a free port; `stop` leaves nothing behind. */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-postgres-'))
  const password = 'for-this-test-only'
  const port = await freePort()
  const inherited = { PATH: process.env.PATH ?? '' }
  const postgres = await startProcess(
    await planPostgres({ folder: join(folder, 'cluster'), password, port, connections: 120, inherited }),
  )
  return {
    url: postgresUrl(port, password),
    async stop() {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
