import type { EmbedBoot } from '#contract/embed.ts'
import { mediaUrlNow } from './media-url-now.ts'
import { askState } from './wait-until-playable.ts'

/** The address of what took the place of `mediaUrl`, for the same play; null where nothing did, or nobody tells. */
export async function findSuccessor(boot: EmbedBoot, mediaUrl: string): Promise<string | null> {
  const answer = await askState(boot)
  const next = answer.state === 'playable' ? await mediaUrlNow(boot, answer.boot) : null
  return next && streamOf(next) !== streamOf(mediaUrl) ? next : null
}

/**
 * What an address plays, read from its token (services/tokens/signed-token.ts): a token that is made anew may differ in
 * what it says of the play, and is still for the same stream.
 */
function streamOf(mediaUrl: string): string {
  try {
    const payload = mediaUrl.split('/').at(-2)!.split('.')[2]!
    return JSON.parse(atob(payload.replaceAll('-', '+').replaceAll('_', '/'))).prefix
  } catch {
    return mediaUrl
  }
}
