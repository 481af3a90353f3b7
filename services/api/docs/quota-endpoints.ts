import { z } from 'zod'
import { type PersonQuota, type QuotaUse, quotaSchema, quotaSearchSchema } from '#contract/quota.ts'
import type { Endpoint } from './views-endpoints.ts'

const most = z.number().int().min(0).nullable()
const useShape = {
  usedBytes: z.number().int().min(0).describe('Of what was uploaded and not deleted; not of what we make of it.'),
  maxBytes: most.describe('Null is without end.'),
  videos: z.number().int().min(0),
  maxVideos: most.describe('Null is without end.'),
}
const use: z.ZodType<QuotaUse> = z.strictObject(useShape)
const person: z.ZodType<PersonQuota> = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  ...useShape,
  own: z
    .strictObject({ maxBytes: most, maxVideos: most })
    .describe('What this account alone was given; null is as configured for all.'),
})

/** How much an account may keep. */
export const quotaEndpoints: readonly Endpoint[] = [
  {
    method: 'get',
    path: '/me/quota',
    tag: 'Quotas',
    summary: 'How much you keep and may keep',
    answer: use,
    access: 'session',
  },
  {
    method: 'get',
    path: '/quotas',
    tag: 'Quotas',
    summary: 'For admins: all accounts a page at a time, those that keep most first',
    query: quotaSearchSchema,
    answer: z.strictObject({ items: z.array(person), next: z.string().nullable() }),
    access: 'session',
  },
  {
    method: 'put',
    path: '/quotas/{userId}',
    tag: 'Quotas',
    summary: 'For admins: gives an account numbers of its own; null is as configured for all',
    body: quotaSchema,
    answer: use,
    access: 'session',
  },
]
