import { json, type Request, type RequestHandler, Router } from 'express'
import { readQuotaUse, setQuota } from '#catalog/quota.ts'
import { AppError } from '#contract/errors.ts'
import { quotaSchema } from '#contract/quota.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { pageOfQuotas } from './page-of-quotas.ts'
import { quotaOf } from './quota-of.ts'

/** How much people keep and may keep: everybody sees his own, admins see and change them all. */
export function quotaRoutes(context: Pick<Context, 'accounts' | 'catalog' | 'config'>): Router {
  const { accounts, catalog, config } = context
  const router = Router()
  const defaults = quotaOf(config)

  router.get('/me/quota', async (request, response) => {
    const me = await requireReader(accounts, request)
    response.json(await readQuotaUse(catalog.database, me.id, defaults))
  })

  const adminOnly: RequestHandler = async (request, _response, next) => {
    await requireAdmin(request)
    next()
  }

  router.get('/quotas', adminOnly, async (request, response) => {
    response.json(await pageOfQuotas(context, request.query))
  })

  router.put('/quotas/:userId', adminOnly, json({ limit: '1kb' }), async (request, response) => {
    const id = String(request.params.userId)
    await setQuota(catalog.database, id, quotaSchema.parse(request.body))
    response.json(await readQuotaUse(catalog.database, id, defaults))
  })

  async function requireAdmin(request: Request): Promise<void> {
    const me = await requireReader(accounts, request)
    if (me.role !== 'admin') throw new AppError('forbidden')
  }

  return router
}
