import type { AlertSettingsAnswer } from '#contract/alerts.ts'
import { read } from '#web/api/read.ts'
import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, parent, url, depends }) => {
  depends('site:alert-settings')
  const { email } = requireMe((await parent()).me, url)
  return { email, settings: await read<AlertSettingsAnswer>(fetch, '/api/me/alert-settings') }
}
