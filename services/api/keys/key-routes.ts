import { Router } from 'express'
import { newApiKeySchema } from '#contract/api-keys.ts'
import { AppError } from '#contract/errors.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { createKey, listKeys, revokeKey } from './stored-keys.ts'

/** Keys are made and revoked by a signed-in person only; no key makes another. */
export function keyRoutes({ accounts, catalog: { database } }: Context): Router {
  const router = Router()

  router.get('/me/keys', async (request, response) => {
    const me = await requireReader(accounts, request)
    response.set('Cache-Control', 'private, no-store').json({ items: await listKeys(database, me.id), next: null })
  })

  router.post('/me/keys', async (request, response) => {
    const me = await requireReader(accounts, request)
    const { name } = newApiKeySchema.parse(request.body)
    const key = await createKey(database, { ownerId: me.id, name })
    response.set('Cache-Control', 'private, no-store').status(201).json(key)
  })

  router.delete('/me/keys/:keyId', async (request, response) => {
    const me = await requireReader(accounts, request)
    if (!(await revokeKey(database, { id: request.params.keyId, ownerId: me.id }))) throw new AppError('not_found')
    response.status(204).end()
  })

  return router
}
