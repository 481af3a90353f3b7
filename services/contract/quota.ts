import { z } from 'zod'
import { cleanLine } from './video.ts'

/** `GET /api/me/quota`: what a person keeps and may keep; null is without end. */
export interface QuotaUse {
  /** What was uploaded and not deleted; not what we make of it. */
  usedBytes: number
  maxBytes: number | null
  videos: number
  maxVideos: number | null
}

/** `GET /api/quotas?search=`, for admins: pages of everybody, or of those whose name or mail has it; who keeps most first. */
export interface PersonQuota extends QuotaUse {
  id: string
  name: string
  email: string
  /** What he alone was given; null is as for all. What holds is in `maxBytes` and `maxVideos`. */
  own: { maxBytes: number | null; maxVideos: number | null }
}

export const quotaSearchSchema = z.object({
  search: z.string().max(200).transform(cleanLine).default(''),
  cursor: z.string().max(500).optional(),
})

/** `PUT /api/quotas/:userId`, for admins: null means as configured for all. */
export const quotaSchema = z.object({
  maxBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).nullable(),
  maxVideos: z.number().int().min(0).max(1_000_000_000).nullable(),
})
