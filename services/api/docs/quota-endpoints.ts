import { z } from 'zod'
import { type PersonQuota, type QuotaUse, quotaSchema } from '#contract/quota.ts'
import type { Endpoint } from './views-endpoints.ts'

const useShape = {
  usedBytes: z.number().int().min(0).describe('Of what was uploaded and not deleted; not of what we make of it.'),
  maxBytes: z.number().int().min(0).nullable().describe('Null is without end.'),
  videos: z.number().int().min(0),
  maxVideos: z.number().int().min(0).nullable().describe('Null is without end.'),
}
const use: z.ZodType<QuotaUse> = z.strictObject(useShape)
const person: z.ZodType<PersonQuota> = z.strictObject({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  ...useShape,
  isOwn: z.boolean().describe('Whether this account has numbers of its own.'),
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
    summary: 'For admins: the thousand accounts that keep most',
    answer: z.strictObject({ items: z.array(person), next: z.null() }),
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
