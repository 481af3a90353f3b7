import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

/** What `npm run reconcile` says of a database and the storage in a folder. */
export async function reconcile(
  databaseUrl: string,
  folder: string,
): Promise<{ stdout: string; stderr: string; code?: number }> {
  const program = fileURLToPath(new URL('../../infra/reconcile/reconcile.ts', import.meta.url))
  const env = {
    PATH: process.env.PATH,
    DATA_DIR: folder,
    DATABASE_URL: databaseUrl,
    STORAGE_URL: `disk://${folder}/storage`,
  }
  return promisify(execFile)(process.execPath, [program], { env }).catch((error) => error)
}
