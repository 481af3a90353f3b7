import { z } from 'zod'

/** `GET /api/me/quota`: what a person keeps and may keep; null is without end. */
export interface QuotaUse {
  /** What was uploaded and not deleted; not what we make of it. */
  usedBytes: number
  maxBytes: number | null
  videos: number
  maxVideos: number | null
}

/** `GET /api/quotas`, for admins: everybody, who keeps most first. */
export interface PersonQuota extends QuotaUse {
  id: string
  name: string
  email: string
  /** Whether he has numbers of his own. */
  isOwn: boolean
}

/** `PUT /api/quotas/:userId`, for admins: null means as configured for all. */
export const quotaSchema = z.object({
  maxBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable(),
  maxVideos: z.number().int().min(0).max(1_000_000_000).nullable(),
})
