import { type Request, type Response, Router } from 'express'
import { type EmbedPolicyAnswer, embedPolicySchema } from '#contract/site-rules.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { requireOwn } from '../videos/require-video.ts'
import type { EmbedPolicies } from './embed-policies.ts'
import { nameRules } from './name-rule.ts'
import { readPolicyReport } from './read-policy-report.ts'

/** Site rules of a video, and of all videos of a person that have none of their own; only for the owner and admins. */
export function policyRoutes(context: Context, policies: EmbedPolicies): Router {
  const router = Router()
  const answer = (response: Response, body: EmbedPolicyAnswer) =>
    response.set('Cache-Control', 'private, no-store').json(body)

  router.get('/videos/:id/embed-policy', async (request, response) => {
    const { video } = await requireOwn(context, request)
    answer(response, await policies.readVideo(video.id))
  })

  router.put('/videos/:id/embed-policy', async (request, response) => {
    const { video } = await requireOwn(context, request)
    await policies.writeVideo(video.id, sentPolicy(request))
    answer(response, await policies.readVideo(video.id))
  })

  router.delete('/videos/:id/embed-policy', async (request, response) => {
    const { video } = await requireOwn(context, request)
    await policies.writeVideo(video.id, null)
    answer(response, await policies.readVideo(video.id))
  })

  router.get('/videos/:id/embed-policy/report', async (request, response) => {
    const { video } = await requireOwn(context, request)
    const { policy } = await policies.readVideo(video.id)
    response.set('Cache-Control', 'private, no-store').json(await readPolicyReport(context, video.id, policy))
  })

  router.get('/me/embed-policy', async (request, response) => {
    const me = await requireReader(context.accounts, request)
    answer(response, await policies.readOwner(me.id))
  })

  router.put('/me/embed-policy', async (request, response) => {
    const me = await requireReader(context.accounts, request)
    await policies.writeOwner(me.id, sentPolicy(request))
    answer(response, await policies.readOwner(me.id))
  })

  router.delete('/me/embed-policy', async (request, response) => {
    const me = await requireReader(context.accounts, request)
    await policies.writeOwner(me.id, null)
    answer(response, await policies.readOwner(me.id))
  })

  return router
}

function sentPolicy(request: Request) {
  return nameRules(embedPolicySchema.parse(request.body))
}
