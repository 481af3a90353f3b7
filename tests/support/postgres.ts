import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyTemplate } from './postgres-template.ts'
import { startPostgresIn } from './start-postgres-in.ts'

/** A real PostgreSQL in a temporary folder on a free port; `stop` leaves nothing behind. */
export async function startTestPostgres(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-postgres-'))
  await copyTemplate(folder)
  const { url, stop } = await startPostgresIn(folder)
  return {
    url,
    async stop() {
      await stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
