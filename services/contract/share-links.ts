import { z } from 'zod'
import { type ViewsFilter, viewsFilterSchema } from './views.ts'

/** `POST /api/videos/:id/share-links`: Views Details for whoever has the address, read-only. */
export const newShareLinkSchema = z.object({
  name: z.string().trim().max(80).default(''),
  /** What is fixed here can't be widened by who opens the link. */
  filter: viewsFilterSchema.default({}),
  expiresAtMs: z.number().int().nullable().default(null),
})

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
