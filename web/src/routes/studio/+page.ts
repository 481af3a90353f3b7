import type { Page, VideoCard } from '#contract/video.ts'
import { read } from '#web/api/read.ts'
import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, parent, url }) => {
  requireMe((await parent()).me, url)
  return { videos: await read<Page<VideoCard>>(fetch, '/api/videos?mine=1') }
}
