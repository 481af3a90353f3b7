import { z } from 'zod'
import type { AlertSettingsAnswer, NotificationPage, WebhookResult } from '#contract/alerts.ts'
import type { ApiKey, NewApiKey } from '#contract/api-keys.ts'
import type { DiscoveryRow } from '#contract/discovery.ts'
import { type ErrorCode, errors } from '#contract/errors.ts'
import { grades } from '#contract/grade.ts'
import type { SharedViews, ShareLink } from '#contract/share-links.ts'
import { type EmbedPolicyAnswer, type EmbedPolicyReport, embedPolicySchema } from '#contract/site-rules.ts'
import { viewsFilterSchema } from '#contract/views.ts'

const count = () => z.number().int().min(0)
const listOf = <Item>(item: z.ZodType<Item>) => z.strictObject({ items: z.array(item), next: z.string().nullable() })

const keyShape = {
  id: z.string(),
  name: z.string(),
  hint: z.string().describe('The first characters of the key.'),
  createdAtMs: count(),
  lastUsedAtMs: count().nullable().describe('To the minute; null where it was never used.'),
}
const key: z.ZodType<ApiKey> = z.strictObject(keyShape)
export const keys = listOf(key)
export const newKey: z.ZodType<NewApiKey> = z.strictObject({
  ...keyShape,
  key: z.string().describe('The whole key. Shown this once; only its hash is kept.'),
})

export const shareLink: z.ZodType<ShareLink> = z.strictObject({
  id: z.string(),
  name: z.string(),
  url: z.string().describe('Address of the page; its last part is the token of `/api/shared/{token}`.'),
  filter: viewsFilterSchema,
  createdAtMs: count(),
  expiresAtMs: count().nullable(),
}) as z.ZodType<ShareLink>
export const shareLinks = listOf(shareLink)
export const sharedViews: z.ZodType<SharedViews> = z.strictObject({
  title: z.string(),
  posterUrl: z.string().nullable(),
  ownerName: z.string(),
  filter: viewsFilterSchema.describe('What is fixed: no question about this link can be wider.'),
}) as z.ZodType<SharedViews>

export const policy: z.ZodType<EmbedPolicyAnswer> = z.strictObject({
  policy: embedPolicySchema,
  isInherited: z.boolean().describe("Whether the video follows its owner's rules."),
})
const turnedAway = z.strictObject({ site: z.string(), count: count(), lastSeenMs: count() })
export const policyReport: z.ZodType<EmbedPolicyReport> = z.strictObject({
  sites: z.array(z.strictObject({ site: z.string(), plays: count(), lastSeenMs: count() })),
  plays: count(),
  turnedAway: z.array(turnedAway).describe('Players that were turned away. They are in no other number.'),
})

export const notifications: z.ZodType<NotificationPage> = z.strictObject({
  items: z.array(
    z.strictObject({
      id: z.string(),
      kind: z.enum(['new-site', 'more-sites']),
      videoId: z.string(),
      videoTitle: z.string(),
      site: z.string(),
      page: z.string(),
      grade: z.enum(grades),
      atMs: count(),
      isRead: z.boolean(),
    }),
  ),
  unread: count(),
  next: z.string().nullable(),
})
export const unread = z.strictObject({ unread: count() })
export const webhookResult: z.ZodType<WebhookResult> = z.strictObject({
  atMs: count(),
  status: z.enum(['delivered', 'retrying', 'failed']),
  message: z.string(),
})
export const alertSettings: z.ZodType<AlertSettingsAnswer> = z.strictObject({
  mail: z.boolean(),
  webhookUrl: z.string(),
  webhookSecret: z.string(),
  feedUrl: z.string(),
  canMail: z.boolean(),
  lastWebhook: webhookResult.nullable(),
})

export const discovery: z.ZodType<DiscoveryRow[]> = z.array(
  z.strictObject({
    kind: z.enum(['oembed', 'unfurl', 'feed']),
    name: z.string(),
    count: count(),
    firstSeenMs: count(),
    lastSeenMs: count(),
  }),
)

const erasureShape = { requestedAtMs: count(), erasedAtMs: count().nullable().describe('Null until they are gone.') }
export const erasure = z.strictObject(erasureShape)
export const lastErasure = erasure.nullable().describe('Null where none was ever asked for.')

export const videos = z.object({
  items: z.array(z.object({ id: z.string(), title: z.string(), durationMs: count(), visibility: z.string() })),
  next: z.string().nullable(),
})

export const fault = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(errors) as [ErrorCode, ...ErrorCode[]]),
    message: z.string().describe('One sentence; of a 4xx it says how to mend it.'),
    requestId: z.string().optional(),
  }),
})
