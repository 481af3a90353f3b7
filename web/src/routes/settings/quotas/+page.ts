import { error } from '@sveltejs/kit'
import type { PersonQuota } from '#contract/quota.ts'
import type { Page } from '#contract/video.ts'
import { read } from '#web/api/read.ts'
import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, parent, url, depends }) => {
  depends('site:quotas')
  if (requireMe((await parent()).me, url).role !== 'admin') error(403, { message: '', code: 'forbidden' })
  return { people: (await read<Page<PersonQuota>>(fetch, '/api/quotas')).items }
}
