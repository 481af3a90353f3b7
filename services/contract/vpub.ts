import { z } from 'zod'
import { slugSchema, videoIdSchema } from './ids.ts'
import { cleanLine, cleanText, type Page, type VideoCard } from './video.ts'

/** A V-Pub is a themed room that its members fill with videos. */
export const newVPubSchema = z.object({
  slug: slugSchema,
  name: z.string().max(800).transform(cleanLine).pipe(z.string().min(1).max(80)),
  description: z.string().max(1_000).transform(cleanText).default(''),
})
export type NewVPub = z.infer<typeof newVPubSchema>

export const vpubPostSchema = z.object({ videoId: videoIdSchema })

export interface VPub {
  slug: string
  name: string
  description: string
  ownerName: string
  memberCount: number
  videoCount: number
  /** Whether the reader is a member and may post. */
  isMember: boolean
  createdAt: string
}

/** `GET /api/vpubs/:slug` */
export interface VPubPage extends VPub {
  videos: Page<VideoCard & { postedBy: string; postedAt: string }>
}
