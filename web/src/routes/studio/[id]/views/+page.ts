import { isHttpError } from '@sveltejs/kit'
import type { ViewsDetails } from '#contract/views.ts'
import { read } from '#web/api/read.ts'
import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'
import { readPeriod, viewsQuery } from './period.ts'

export const load: PageLoad = async ({ fetch, params, parent, url, depends }) => {
  depends('site:views')
  requireMe((await parent()).me, url)
  const period = readPeriod(url.searchParams.get('period'))
  const site = url.searchParams.get('site')
  const query = viewsQuery(period, site, Date.now())
  const details = await read<ViewsDetails>(fetch, `/api/videos/${params.id}/views${query}`).catch(nullWhenBroken)
  return { id: params.id, period, site, query, details }
}

/** Counting goes on while the numbers can't be read; that is a state of this page and not the end of it. */
function nullWhenBroken(error: unknown): null {
  if (isHttpError(error) && error.status < 500) throw error
  return null
}
