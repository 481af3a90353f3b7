import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnPostgres } from '../../infra/embedded/postgres/spawn-postgres.ts'

/** A real PostgreSQL in a temporary folder on a free port; `stop` leaves nothing behind. */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-postgres-'))
  const password = 'for-this-test-only'
  const postgres = await spawnPostgres({ folder: join(folder, 'cluster'), password })
  return {
    url: postgres.url,
    async stop() {
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
