import { z } from 'zod'

/** What an owner decides about one site: it may play, may not, or plays only after a press even where it asks for autoplay. */
export const siteActions = ['allow', 'block', 'click-to-play'] as const
export type SiteAction = (typeof siteActions)[number]

/**
 * Where players of a video may open. `open`: everywhere but on blocked sites. `report-only`: the same, and the page
 * tells what `allow-list` would break. `allow-list`: only on allowed sites and on our own.
 */
export const embedModes = ['open', 'report-only', 'allow-list'] as const
export type EmbedMode = (typeof embedModes)[number]

/**
 * `PUT /api/videos/:id/embed-policy`, and `/api/me/embed-policy` for every video that has none of its own. A site is
 * meant with all its subdomains, and is stored as Views Details names it: `https://www.x.example/a` becomes `x.example`.
 * `DELETE` of the same goes back to the owner's, or to `open`.
 */
export const embedPolicySchema = z.object({
  mode: z.enum(embedModes),
  sites: z
    .array(z.object({ site: z.string().trim().toLowerCase().min(1).max(253), action: z.enum(siteActions) }))
    .max(1_000),
})
export type EmbedPolicy = z.infer<typeof embedPolicySchema>

/** `GET` of the same. */
export interface EmbedPolicyAnswer {
  policy: EmbedPolicy
  /** Whether the video has one of its own or follows the owner's. */
  isInherited: boolean
}

/** `GET /api/videos/:id/embed-policy/report`: the real sites of the last 30 days that an allow-list would turn away. */
export interface EmbedPolicyReport {
  sites: { site: string; plays: number; lastSeenMs: number }[]
  plays: number
  /** Players that were turned away on each site within the same days. They are in no other number. */
  turnedAway: { site: string; count: number; lastSeenMs: number }[]
}
