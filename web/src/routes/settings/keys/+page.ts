import type { ApiKey } from '#contract/api-keys.ts'
import type { Page } from '#contract/video.ts'
import { read } from '#web/api/read.ts'
import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, parent, url, depends }) => {
  depends('site:keys')
  requireMe((await parent()).me, url)
  return { keys: (await read<Page<ApiKey>>(fetch, '/api/me/keys')).items }
}
