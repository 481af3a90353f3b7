import type { Page, VideoCard } from '#contract/video.ts'
import { read } from '#web/api/read.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch }) => ({ videos: await read<Page<VideoCard>>(fetch, '/api/videos') })
