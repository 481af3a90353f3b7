import type { VPubPage } from '#contract/vpub.ts'
import { read } from '#web/api/read.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, params, depends }) => {
  depends('site:room')
  return { room: await read<VPubPage>(fetch, `/api/vpubs/${encodeURIComponent(params.slug)}`) }
}
