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

  let told: string[] = []

  async function look(): Promise<Health> {
    const sentences = await Promise.all(
      neighbours.map(async ([sentence, ask]) => {
        const asked = ask()
        try {
          await within(asked, patienceMs, () => new Error(`no answer in ${patienceMs} ms`))
          return []
        } catch (late) {
          // Asked every second, it is said once, with the reason where there comes one.
          if (!told.includes(sentence)) void reasonOf(asked, late).then((err) => logger.warn({ err }, sentence))
          return [sentence]
        }
      }),
    )
    const away = sentences.flat()
    told = away
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

// Longer than the stores' own patience; one that hangs for ever is told of all the same.
const reasonPatienceMs = 20_000

/** Why a question failed in the end, or else that it was late. */
async function reasonOf(asked: Promise<unknown>, late: unknown): Promise<unknown> {
  return within(asked, reasonPatienceMs, () => late as Error).then(
    () => late,
    (reason) => reason,
  )
}
