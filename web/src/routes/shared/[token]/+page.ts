import type { SharedViews } from '#contract/share-links.ts'
import { read } from '#web/api/read.ts'
import { loadViews } from '#web/views/load-views.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, params, url, depends }) => {
  depends('site:views')
  const path = `/api/shared/${encodeURIComponent(params.token)}`
  const base = `${path}/views`
  const [shared, loaded] = await Promise.all([read<SharedViews>(fetch, path), loadViews(fetch, base, url)])
  return { base, shared, loaded }
}
