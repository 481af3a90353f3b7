import { error } from '@sveltejs/kit'
import type { VideoImport } from '#contract/imports.ts'
import type { Page, Video } from '#contract/video.ts'
import { read } from '#web/api/read.ts'
import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ fetch, params, parent, url }) => {
  requireMe((await parent()).me, url)
  const video = await read<Video>(fetch, `/api/videos/${params.id}`)
  if (!video.isMine) error(403, { message: '', code: 'forbidden' })
  return { video, imported: await readImport(fetch, video) }
}

/** Where its file comes from the web and has not arrived. */
async function readImport(fetch: typeof globalThis.fetch, { id, status }: Video): Promise<VideoImport | undefined> {
  if (status !== 'uploading' && status !== 'failed') return
  // Without it the page says less and is right nevertheless.
  const { items } = await read<Page<VideoImport>>(fetch, '/api/imports').catch(() => ({ items: [] }))
  return items.find(({ videoId }) => videoId === id)
}
