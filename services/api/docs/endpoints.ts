import { z } from 'zod'
import { alertSettingsSchema, readNotificationsSchema, renewSecretSchema } from '#contract/alerts.ts'
import { newApiKeySchema } from '#contract/api-keys.ts'
import { newShareLinkSchema } from '#contract/share-links.ts'
import { embedPolicySchema } from '#contract/site-rules.ts'
import { videoStatuses } from '#contract/video.ts'
import { captionsEndpoints } from './captions-endpoints.ts'
import { downloadEndpoints } from './download-endpoints.ts'
import { healthEndpoints } from './health-endpoints.ts'
import { importEndpoints } from './import-endpoints.ts'
import * as answers from './other-answers.ts'
import { picturesEndpoints } from './pictures-endpoints.ts'
import { quotaEndpoints } from './quota-endpoints.ts'
import { type Endpoint, viewsEndpoints } from './views-endpoints.ts'

const cursor = z.object({ cursor: z.string().optional() })

/** Everything that the documents tell, in the order in which they tell it. Paths as seen from `/api`. */
export const endpoints: readonly Endpoint[] = [
  ...viewsEndpoints,
  ...importEndpoints,
  ...captionsEndpoints,
  ...picturesEndpoints,
  ...downloadEndpoints,
  ...healthEndpoints,
  {
    method: 'get',
    path: '/videos',
    tag: 'Videos',
    summary: 'Your videos, newest first',
    query: cursor.extend({ mine: z.literal('1') }),
    answer: answers.videos,
    access: 'key',
  },
  {
    method: 'get',
    path: '/videos/{id}/views/discovery',
    tag: 'Views Details',
    summary: "Who looked at the video's links before anybody played it: oEmbed calls, link previews, feed readers",
    answer: answers.discovery,
    access: 'key',
  },
  own('post', '/videos/{id}/cancel', 'Videos', 'Stops the work on a video; what can be watched by then stays', {
    answer: z.looseObject({ id: z.string(), status: z.enum(videoStatuses) }),
  }),
  own('post', '/videos/{id}/retry', 'Videos', 'Begins anew with the file of a video that failed or was stopped', {
    status: 202,
    answer: z.looseObject({ id: z.string(), status: z.enum(videoStatuses) }),
  }),
  own('delete', '/videos/{id}/views', 'Erasure', 'Forgets all plays of a video for good; it goes on and counts anew', {
    status: 202,
    answer: answers.erasure,
  }),
  {
    ...own('get', '/videos/{id}/views/erasure', 'Erasure', 'Whether they are gone', { answer: answers.lastErasure }),
    access: 'key',
  },
  own('post', '/me/erase-views', 'Erasure', 'Forgets all plays of all your videos', {
    status: 202,
    answer: answers.erasure,
  }),
  ...quotaEndpoints,
  own('get', '/me/keys', 'API keys', 'Your keys, newest first', { answer: answers.keys }),
  own('post', '/me/keys', 'API keys', 'Makes a key and shows it, this once', {
    body: newApiKeySchema,
    status: 201,
    answer: answers.newKey,
  }),
  own('delete', '/me/keys/{keyId}', 'API keys', 'Revokes a key at once', { status: 204 }),
  own('get', '/videos/{id}/share-links', 'Share links', 'The links of a video, newest first', {
    answer: answers.shareLinks,
  }),
  own('post', '/videos/{id}/share-links', 'Share links', 'Makes a link to read-only Views Details', {
    body: newShareLinkSchema,
    status: 201,
    answer: answers.shareLink,
  }),
  own('delete', '/videos/{id}/share-links/{linkId}', 'Share links', 'Revokes a link; open live streams end', {
    status: 204,
  }),
  {
    method: 'get',
    path: '/shared/{token}',
    tag: 'Share links',
    summary: 'What a link shows, and what is fixed in it',
    answer: answers.sharedViews,
    access: 'anybody',
  },
  ...['/videos/{id}/embed-policy', '/me/embed-policy'].flatMap((path) => [
    own('get', path, 'Site rules', 'On which sites players may open', { answer: answers.policy }),
    own('put', path, 'Site rules', 'Changes it', { body: embedPolicySchema, answer: answers.policy }),
    own('delete', path, 'Site rules', "Goes back to the owner's rules, or to none", { answer: answers.policy }),
  ]),
  own('get', '/videos/{id}/embed-policy/report', 'Site rules', 'What an allow-list would turn away', {
    answer: answers.policyReport,
  }),
  own('get', '/me/notifications', 'Alerts', 'New sites, newest first', {
    query: cursor,
    answer: answers.notifications,
  }),
  own('get', '/me/notifications/unread', 'Alerts', 'How many are unread', { answer: answers.unread }),
  own('post', '/me/notifications/read', 'Alerts', 'Marks some as read, or all up to one', {
    body: readNotificationsSchema,
    answer: answers.unread,
  }),
  own('get', '/me/alert-settings', 'Alerts', 'How you hear of new sites', { answer: answers.alertSettings }),
  own('put', '/me/alert-settings', 'Alerts', 'Changes it', {
    body: alertSettingsSchema,
    answer: answers.alertSettings,
  }),
  own('post', '/me/alert-settings/renew', 'Alerts', 'Makes a new secret; the old one works no more', {
    body: renewSecretSchema,
    answer: answers.alertSettings,
  }),
  own('post', '/me/alert-settings/test-webhook', 'Alerts', 'Calls your webhook once', {
    answer: answers.webhookResult,
  }),
]

type Rest = Pick<Endpoint, 'query' | 'body' | 'status' | 'answer'>

/** For signed-in people only: no key opens these. */
function own(method: Endpoint['method'], path: string, tag: string, summary: string, rest: Rest): Endpoint {
  return { method, path, tag, summary, ...rest, access: 'session' }
}
