import type { Request } from 'express'
import { mayManage, mayWatch } from '#catalog/access.ts'
import type { Me } from '#contract/account.ts'
import { AppError } from '#contract/errors.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { findVideo, type VideoWithOwner } from './read-videos.ts'
import { videoIdOf } from './video-id-of.ts'

/** The video in the address, for somebody who may watch it. Throws `not_found`. */
export async function requireWatchable(context: Context, request: Request, me: Me | null): Promise<VideoWithOwner> {
  const video = await findVideo(context.catalog.database, videoIdOf(request))
  if (!video || !mayWatch(video, me)) throw new AppError('not_found')
  return video
}

/** For what only the owner and admins may do: others learn no more than that there is nothing for them. */
export async function requireOwn(context: Context, request: Request): Promise<{ me: Me; video: VideoWithOwner }> {
  const me = await requireReader(context.accounts, request)
  const video = await findVideo(context.catalog.database, videoIdOf(request))
  if (!video || !mayManage(video, me)) throw new AppError('not_found')
  return { me, video }
}
