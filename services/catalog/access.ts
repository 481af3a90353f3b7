import type { Role } from '#contract/account.ts'
import type { VideoRow } from './schema.ts'

/** Who asks: a signed-in person, or nobody in particular. */
export type Reader = { id: string; role: Role } | null

type Guarded = Pick<VideoRow, 'owner_id' | 'visibility'>

/** The one rule of who may see a video; every surface asks it: page, JSON, playlist, poster, embed, feed. */
export function mayWatch(video: Guarded, reader: Reader): boolean {
  return video.visibility !== 'private' || mayManage(video, reader)
}

/** Who may change a video and read its Views Details. */
export function mayManage(video: Pick<VideoRow, 'owner_id'>, reader: Reader): boolean {
  return reader !== null && (reader.id === video.owner_id || reader.role === 'admin')
}

/** Unlisted videos are for those who have the link; lists leave them out for all but their owner. */
export function mayList(video: Guarded, reader: Reader): boolean {
  return video.visibility === 'public' || mayManage(video, reader)
}

/** Who may keep a copy; the file as it was uploaded is for those who manage the video only. */
export function mayDownload(video: Guarded & Pick<VideoRow, 'downloads'>, reader: Reader): boolean {
  return mayManage(video, reader) || (video.downloads === 'everyone' && mayWatch(video, reader))
}
