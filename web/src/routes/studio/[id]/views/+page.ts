import { requireMe } from '#web/require-me.ts'
import { loadViews } from '#web/views/load-views.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, params, parent, url, depends }) => {
  depends('site:views')
  requireMe((await parent()).me, url)
  const base = `/api/videos/${params.id}/views`
  return { id: params.id, base, loaded: await loadViews(fetch, base, url) }
}
