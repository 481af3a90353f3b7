import type { NotificationPage } from '#contract/alerts.ts'
import { read } from '#web/api/read.ts'
import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, parent, url, depends }) => {
  depends('site:notifications')
  requireMe((await parent()).me, url)
  return { first: await read<NotificationPage>(fetch, '/api/me/notifications') }
}
