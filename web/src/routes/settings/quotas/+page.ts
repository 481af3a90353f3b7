import { error } from '@sveltejs/kit'
import type { PersonQuota } from '#contract/quota.ts'
import type { Page } from '#contract/video.ts'
import { read } from '#web/api/read.ts'
import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, parent, url, depends }) => {
  depends('site:quotas')
  if (requireMe((await parent()).me, url).role !== 'admin') error(403, { message: '', code: 'forbidden' })
  const asked = new URLSearchParams()
  for (const name of ['search', 'cursor']) if (url.searchParams.get(name)) asked.set(name, url.searchParams.get(name)!)
  const { items, next } = await read<Page<PersonQuota>>(fetch, `/api/quotas?${asked}`)
  return { people: items, next, search: asked.get('search') ?? '', isFirst: !asked.has('cursor') }
}
