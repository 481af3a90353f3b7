import { error } from '@sveltejs/kit'
import type { Video } from '#contract/video.ts'
import { read } from '#web/api/read.ts'
import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, params, parent, url }) => {
  requireMe((await parent()).me, url)
  const video = await read<Video>(fetch, `/api/videos/${params.id}`)
  if (!video.isMine) error(403, { message: '', code: 'forbidden' })
  return { video }
}
