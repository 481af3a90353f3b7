import { z } from 'zod'

/** What the owner sees of a video's pictures. */
export interface Pictures {
  posterUrl: string | null
  /** Whether the poster is the owner's own choice and not the one that was found by itself. */
  isChosen: boolean
  /** Address of the WebVTT that names the small pictures; null until it is made. */
  storyboardUrl: string | null
  wish: PosterWish | null
}

/** The latest wish for a poster. */
export interface PosterWish {
  state: 'working' | 'done' | 'failed'
  /** The moment whose picture was wanted; null for an image that was sent. */
  atMs: number | null
  /** Why not, in a sentence with what to do. */
  failure: { code: string; message: string } | null
}

/** `PUT /api/videos/:id/poster` as JSON; an image comes as the field `image` of a form instead. */
export const posterMomentSchema = z.object({
  atMs: z
    .number()
    .int()
    .min(0)
    .max(2 ** 31 - 1),
})

export const maxPictureBytes = 10 * 1024 * 1024

/** What a player is told when it asks for the small pictures; null until they are made. */
export interface StoryboardAnswer {
  url: string | null
}
