import { join } from 'node:path'
import { planPostgres, postgresUrl } from '../../infra/embedded/postgres/plan-postgres.ts'
import { freePort } from '../../infra/free-port.ts'
import { startProcess } from '../../infra/supervisor/start-process.ts'

export const testPassword = 'for-this-test-only'

/** Goes on with the cluster of the folder, `postgres`, or makes it; on a free port. */
export async function startPostgresIn(folder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort()
  const inherited = { PATH: process.env.PATH ?? '' }
  const about = { folder: join(folder, 'postgres'), password: testPassword, port, connections: 120, inherited }
  const postgres = await startProcess(await planPostgres(about))
  return { url: postgresUrl(port, testPassword), stop: () => postgres.stop() }
}
