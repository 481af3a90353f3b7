import type { SweepJob } from '#catalog/jobs.ts'
import type { Catalog } from '#catalog/open-catalog.ts'
import type { Storage } from '#storage/storage.ts'
import { type Differences, findDifferences } from '../../infra/reconcile/find-differences.ts'
import { createLogger } from '../../services/program/logger.ts'
import { faultText, validateHls } from '../../workers/transcoder/media/hls/validate-hls.ts'
import { readFromStorage } from '../../workers/transcoder/media/hls/validate-hls-reader.ts'
import { sweepPrefix } from '../../workers/transcoder/sweep-prefix.ts'

interface Stores {
  catalog: Catalog
  storage: Storage
}

/** Does all sweeps at once, whenever they are due: nothing that is needed may go, whoever asks. */
export async function sweepAll({ catalog, storage }: Stores): Promise<void> {
  const { rows } = await catalog.pool.query<{ data: SweepJob }>(
    "DELETE FROM pgboss.job WHERE name = 'sweep' RETURNING data",
  )
  const context = { catalog, storage, logger: createLogger('test', 'silent') }
  for (const { data } of rows) await sweepPrefix(context, data)
}

/** After all sweeps: objects that no row needs, and rows whose bytes are not there. */
export async function differencesAfterSweeps(stores: Stores): Promise<{ strays: string[]; missing: string[] }> {
  await sweepAll(stores)
  const found: Differences = await findDifferences(
    { database: stores.catalog.database, storage: stores.storage },
    new Date(Date.now() + 3_600_000),
  )
  return { strays: found.strays.map(({ key }) => key), missing: found.missing.flatMap(({ keys }) => keys) }
}

/** What playlists say that is not so, in the bytes of everything that is published under the prefix. */
export async function faultsOf(storage: Storage, prefix: string): Promise<string[]> {
  return (await validateHls(await readFromStorage(storage, prefix))).map(faultText)
}
