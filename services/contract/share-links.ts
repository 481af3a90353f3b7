import { z } from 'zod'
import { type ViewsFilter, viewsFilterSchema } from './views.ts'

/** `POST /api/videos/:id/share-links`: Views Details for whoever has the address, read-only. */
export const newShareLinkSchema = z.object({
  name: z.string().trim().max(80).default(''),
  /** What is fixed here can't be widened by who opens the link. */
  filter: viewsFilterSchema.default({}),
  expiresAtMs: z.number().int().nullable().default(null),
})

export type NewShareLink = z.output<typeof newShareLinkSchema>

/** `GET /api/videos/:id/share-links`. The page is `/shared/<token>`, its API `/api/shared/<token>/views…`. */
export interface ShareLink {
  id: string
  name: string
  /** Address of the page. */
  url: string
  filter: ViewsFilter
  createdAtMs: number
  expiresAtMs: number | null
}

/** `GET /api/shared/:token`: what the page of a link says above its numbers, and what is fixed. */
export interface SharedViews {
  title: string
  posterUrl: string | null
  ownerName: string
  filter: ViewsFilter
}
