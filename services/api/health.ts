import { type RequestHandler, Router } from 'express'
import { sql } from 'kysely'
import type { Context } from './context.ts'
import { shareReads } from './http/share-reads.ts'
import { within } from './within.ts'

interface Health {
  status: 'ok' | 'away'
  /** A sentence for each neighbour that is away; why is told to the log only. */
  away: string[]
}

// However many proxies ask, the stores are asked once a second; one that hangs is as good as away.
const keepMs = 1_000
const patienceMs = 2_000

/**
 * `GET /api/live`: this program answers. `GET /api/health`: it can also do its work, or 503 says what it lacks. Views Details
 * alone needs ClickHouse, and says so itself.
 */
export function healthRoutes({ catalog, storage, logger }: Pick<Context, 'catalog' | 'storage' | 'logger'>): Router {
  const share = shareReads<Health>(keepMs)
  const neighbours: [string, () => Promise<unknown>][] = [
    ['The database does not answer.', () => sql`SELECT 1`.execute(catalog.database)],
    ['The storage does not answer.', () => storage.head('health/probe')],
  ]

  async function look(): Promise<Health> {
    const sentences = await Promise.all(
      neighbours.map(async ([sentence, ask]) => {
        try {
          await within(ask(), patienceMs, () => new Error(`no answer in ${patienceMs} ms`))
          return []
        } catch (error) {
          logger.warn({ err: error }, sentence)
          return [sentence]
        }
      }),
    )
    const away = sentences.flat()
    return { status: away.length === 0 ? 'ok' : 'away', away }
  }

  const tell: RequestHandler = async (_request, response) => {
    const health = await share('', look)
    response
      .set('Cache-Control', 'no-store')
      .status(health.status === 'ok' ? 200 : 503)
      .json(health)
  }

  const router = Router()
  router.get('/api/live', (_request, response) => {
    response.set('Cache-Control', 'no-store').json({ status: 'ok' })
  })
  router.get('/api/health', tell)
  return router
}
