import { requireMe } from '#web/require-me.ts'
import { loadViews } from '#web/views/load-views.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, params, parent, url, depends }) => {
  depends('site:views')
  requireMe((await parent()).me, url)
  const base = `/api/vpubs/${encodeURIComponent(params.slug)}/views`
  return { slug: params.slug, base, loaded: await loadViews(fetch, base, url) }
}
