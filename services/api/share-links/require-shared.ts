import type { Request } from 'express'
import type { Kysely } from 'kysely'
import type { Database, ShareLinkRow } from '#catalog/schema.ts'
import { AppError } from '#contract/errors.ts'
import { findVideo, type VideoWithOwner } from '../videos/read-videos.ts'
import { findOpenLink } from './stored-links.ts'

/** What the token in a request's path opens. Throws `not_found`: nobody learns whether a link was ever good. */
export async function requireShared(
  database: Kysely<Database>,
  request: Request,
): Promise<{ link: ShareLinkRow; video: VideoWithOwner }> {
  const link = await findOpenLink(database, String(request.params.token))
  const video = link && (await findVideo(database, link.video_id))
  if (!video) throw new AppError('not_found', 'This link has expired or was revoked; ask its owner for another.')
  return { link, video }
}
