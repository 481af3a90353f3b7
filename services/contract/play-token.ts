import { z } from 'zod'
import { grades } from './grade.ts'
import { playIdSchema, videoIdSchema } from './ids.ts'

/** What the player runs on, as its browser tells; '' where nobody can tell. */
export const devices = ['desktop', 'mobile', 'tablet', 'tv', ''] as const
export type Device = (typeof devices)[number]

/**
 * What a play token says: one opening of the player, and the site as the server and the browser saw it.
 * Signed by `tokens/`; a beacon's body never names a site, only the token does.
 */
export const playTokenSchema = z.object({
  videoId: videoIdSchema,
  playId: playIdSchema,
  /** Registrable domain of the page around the player, or a named bucket such as `(this site)`; see site-name.ts. */
  site: z.string().max(253),
  /** The outermost site where it differs from `site` (readers, translators), else ''. */
  topSite: z.string().max(253),
  /** Origin and path of the embedding page without query and fragment, or '' where only the origin is known. */
  page: z.string().max(512),
  grade: z.enum(grades),
  /** The embed key in the URL, the owner's own word such as `newsletter`, or ''. */
  embedKey: z.string().max(64),
  issuedAtMs: z.number().int(),
  expiresAtMs: z.number().int(),
  /** Daily salted hash of address prefix and user agent, 16 hex digits; '' where the browser asked not to be counted as a person. */
  viewer: z.union([playIdSchema, z.literal('')]),
  /** Length of the video as published when the token was made; 0 while it still grows. */
  durationMs: z.number().int().min(0),
  /** When a video that was waited for could be watched: nobody has watched it for longer than since then. */
  playableAtMs: z.number().int().optional(),
  /** Whether the signed-in owner of the video opened the player. */
  isOwn: z.boolean(),
  /** Set once `open` has judged the site: what is judged once is never judged again, so a play keeps one site. */
  isOpened: z.boolean().optional(),
  /** ISO 3166 code of the country that the address belongs to, or ''. The address itself is kept nowhere. */
  country: z.string().max(2).optional(),
  device: z.enum(devices).optional(),
  /** The language that the browser asks for first, without its region: `en`, `zh`; or ''. */
  language: z.string().max(8).optional(),
  /** For plays on our own watch page: the site that sent the visitor there, named like `site`; else ''. */
  referrer: z.string().max(253).optional(),
  /** CRC-32 of the User-Agent that asked for the document; beacons of another browser are not this play's. */
  agent: z.number().int().optional(),
  /** The address belongs to a data centre. */
  isHosting: z.boolean().optional(),
  /** This viewer or network has opened the video, or all videos, more often within the hour than people do. */
  isExcess: z.boolean().optional(),
})
export type PlayToken = z.infer<typeof playTokenSchema>

/** What a media token opens: every object under one storage prefix, for one play or for nobody in particular. */
export const mediaTokenSchema = z.object({
  /** Storage prefix without a slash at its end, such as `videos/bcdf…/a1/ladder`. */
  prefix: z.string().min(1).max(200),
  playId: z.union([playIdSchema, z.literal('')]),
  expiresAtMs: z.number().int(),
  /** The length that the player divides into parts, as in its play token; missing or 0 where it is not known. */
  durationMs: z.number().int().min(0).optional(),
  /** Given, the token opens one object, the `prefix` itself, at `/media/<token>/download`, to be kept under this name. */
  downloadAs: z.string().min(1).max(250).optional(),
})
export type MediaToken = z.infer<typeof mediaTokenSchema>

/** The path below a token that has `downloadAs`. */
export const downloadPath = 'download'

/** Named buckets for pages that have no domain of their own. */
export const siteBuckets = {
  thisSite: '(this site)',
  hidden: '(hidden)',
  localhost: '(localhost)',
  privateNetwork: '(private network)',
  file: '(file)',
  app: '(app)',
  /** Pages shown through a translator or a reader that do not tell whose they are. */
  translator: '(translator)',
  reader: '(reader)',
} as const
