import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { newVideoId } from '#contract/ids.ts'
import { maskPath } from './mask-path.ts'

const secret = randomBytes(18).toString('base64url')
const videoId = newVideoId()

it.each([
  [`/api/shared/${secret}/views/by/site`, '/api/shared/…/views/by/site'],
  [`/feeds/new-sites/${secret}.xml`, '/feeds/new-sites/…'],
  [`/settings/alerts/unsubscribe/${secret}`, '/settings/alerts/unsubscribe/…'],
  [`/api/videos/${videoId}/views/live`, `/api/videos/${videoId}/views/live`],
  ['/', '/'],
])('the log has %s without its secret', (path, logged) => expect(maskPath(path)).toBe(logged))
