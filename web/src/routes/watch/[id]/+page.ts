import type { Page, Video, VideoCard } from '#contract/video.ts'
import { read } from '#web/api/read.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ data, fetch, params }) => {
  const [video, newest] = await Promise.all([
    read<Video>(fetch, `/api/videos/${params.id}`),
    // What to watch next is worth having, and no reason to fail.
    read<Page<VideoCard>>(fetch, '/api/videos').catch((): Page<VideoCard> => ({ items: [], next: null })),
  ])
  return { ...data, video, more: newest.items.filter((card) => card.id !== video.id).slice(0, 8) }
}
