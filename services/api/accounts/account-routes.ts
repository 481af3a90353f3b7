import { Router } from 'express'
import type { Context } from '../context.ts'
import { hasAdmin, makeFirstAdmin, setupSchema } from './setup.ts'

export function accountRoutes(context: Context): Router {
  const router = Router()

  router.get('/me', async (request, response) => {
    response.json(await context.accounts.findReader(request.headers))
  })

  router.get('/setup', async (_request, response) => {
    response.json({ isOpen: Boolean(context.config.SETUP_CODE) && !(await hasAdmin(context)) })
  })

  router.post('/setup', async (request, response) => {
    await makeFirstAdmin(context, setupSchema.parse(request.body))
    response.status(201).json({})
  })

  return router
}
