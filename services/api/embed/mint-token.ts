import type { Request } from 'express'
import type { PlayToken } from '#contract/play-token.ts'
import { cleanLine } from '../clean-line.ts'
import type { VisitorReader } from '../visitor/visitor.ts'
import type { EmbedVideo } from './embed-video.ts'
import { newPlayToken } from './play-tokens.ts'

export interface Minting {
  /** Daily hash of who asks, salted per owner, 16 hex digits. Not called where the browser asks not to be counted as a person. */
  viewerHash(request: Request, video: EmbedVideo): Promise<string>
  /** Country, device, language and the like; without it plays keep none of them. */
  readVisitor?: VisitorReader
}

/** The token of a new play, from the request for its document. */
export async function mintToken(
  minting: Minting,
  request: Request,
  video: EmbedVideo,
  ownOrigin: string,
): Promise<PlayToken> {
  const userAgent = request.get('User-Agent') ?? ''
  return newPlayToken({
    video,
    referrer: request.get('Referer'),
    fetchDestination: request.get('Sec-Fetch-Dest'),
    ownOrigin,
    userAgent,
    embedKey: cleanLine(textOf(request.query.key, 512), longestKey),
    cameFrom: textOf(request.query.from, 512),
    viewer: asksNotToBeCounted(request) ? '' : await minting.viewerHash(request, video),
    visitor: minting.readVisitor?.({
      videoId: video.id,
      address: request.ip ?? '',
      userAgent,
      acceptLanguage: request.get('Accept-Language') ?? '',
    }),
    nowMs: Date.now(),
  })
}

/** Global Privacy Control and Do Not Track: such a play counts, such a person does not. */
function asksNotToBeCounted(request: Request): boolean {
  return request.get('Sec-GPC') === '1' || request.get('DNT') === '1'
}

// As the token has room for it.
const longestKey = 64

function textOf(value: unknown, longest: number): string {
  return typeof value === 'string' ? value.slice(0, longest) : ''
}
