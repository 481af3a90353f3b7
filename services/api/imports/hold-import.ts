import { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import { type ClaimedImport, type HeldImport, holdSeconds, renewImport } from './claim-import.ts'
import type { Received } from './fetch-file.ts'
import { createSpeed } from './speed.ts'

/** The program is asked to end; another one, or its next self, goes on. */
export class Stopping extends Error {
  override name = 'Stopping'
}

/** The import is no longer ours: cancelled with its video, or held by another process. */
export class Lost extends Error {
  override name = 'Lost'
  readonly isCancelled: boolean

  constructor(isCancelled: boolean) {
    super(isCancelled ? 'cancelled' : 'held by another process')
    this.isCancelled = isCancelled
  }
}

const renewEveryMs = 1_000

/** Keeps an import ours while it is worked at and tells how far it is. The signal ends the work: see its reason. */
export function holdImport(
  { catalog, config, logger }: Pick<Context, 'catalog' | 'config' | 'logger'>,
  row: ClaimedImport,
  held: HeldImport,
  received: Received,
  stopping: AbortSignal,
) {
  const ending = new AbortController()
  const speed = createSpeed()
  let renewedAtMs = performance.now()

  /** Rejects with Lost where it is no longer ours. */
  async function renew(): Promise<void> {
    const isOurs = await renewImport(catalog.database, held, {
      upload_id: received.uploadId,
      validator: received.validator,
      total_bytes: received.totalBytes,
      received_bytes: received.receivedBytes,
      bytes_per_second: speed.add(received.receivedBytes, performance.now()),
    })
    if (!isOurs) throw new Lost(await isCancelled())
    renewedAtMs = performance.now()
  }

  async function isCancelled(): Promise<boolean> {
    const now = await catalog.database
      .selectFrom('import')
      .select('video_id')
      .where('id', '=', row.id)
      .executeTakeFirst()
    return !now?.video_id
  }

  async function renewInTime(): Promise<void> {
    try {
      await renew()
    } catch (error) {
      if (error instanceof Lost) return ending.abort(error)
      logger.warn({ err: error, importId: row.id }, 'could not renew an import')
      // Before the time is over, or another process would begin while this one still writes.
      if (performance.now() - renewedAtMs > (holdSeconds - 5) * 1_000) ending.abort(new Lost(false))
    }
  }

  const allowedMs = config.IMPORT_TIMEOUT_MINUTES * 60_000
  const leftMs = (row.first_claimed_at?.getTime() ?? Date.now()) + allowedMs - Date.now()
  const deadline = setTimeout(() => ending.abort(new AppError('import_too_slow')), Math.max(0, leftMs))
  const renewing = setInterval(renewInTime, renewEveryMs)
  const onStop = () => ending.abort(new Stopping())
  if (stopping.aborted) onStop()
  stopping.addEventListener('abort', onStop, { once: true })

  return {
    signal: ending.signal,
    renew,
    /** May be called twice. */
    end() {
      clearTimeout(deadline)
      clearInterval(renewing)
      stopping.removeEventListener('abort', onStop)
    },
  }
}
