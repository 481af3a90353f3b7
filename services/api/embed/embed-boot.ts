import { isFirstVersion } from '#catalog/attempt-prefix.ts'
import type { CaptionLink } from '#contract/captions.ts'
import type { EmbedBoot } from '#contract/embed.ts'
import type { PlayToken } from '#contract/play-token.ts'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { storyboardName } from '#contract/storyboard.ts'
import { signPlayToken } from '../../tokens/signed-token.ts'
import { type MediaPlace, mediaAddress, objectAddress, sharedOrOwn } from '../media-address.ts'
import { isGuarding, type Verdict } from '../policies/judge-policy.ts'
import type { EmbedVideo } from './embed-video.ts'

interface BootSettings extends MediaPlace {
  beaconUrl?: string
}

/** What a document tells its player. Where the owner has rules it brings nothing to play: `open` does, once it knows the site. */
export function bootFor(
  settings: BootSettings,
  video: EmbedVideo,
  token: PlayToken,
  policy: EmbedPolicy,
  verdict: Verdict,
): EmbedBoot {
  const isGuarded = isGuarding(policy)
  return {
    videoId: video.id,
    title: video.title,
    isWaiting: video.publishedPrefix === null,
    token: signPlayToken(settings.signingKey, token),
    playId: token.playId,
    openUrl: `/embed/${video.id}/open`,
    stateUrl: `/embed/${video.id}/state`,
    beaconUrl: settings.beaconUrl ?? '/beacon',
    mediaUrl: isGuarded ? '' : mediaUrlOf(settings, video, token),
    posterUrl: video.posterUrl,
    durationMs: video.durationMs,
    // Only a recording is watchable before its upload has ended.
    isLive: video.status === 'uploading',
    ...(isFirstVersion(video.publishedPrefix ?? '') && { isFirst: true }),
    ...(isGuarded ? { isGuarded } : captionLinks(settings, video, token)),
    ...(verdict.kind === 'click-to-play' && { clickToPlay: true }),
  }
}

/** '' while there is nothing to watch yet. */
export function mediaUrlOf(settings: BootSettings, video: EmbedVideo, token: PlayToken): string {
  const { publishedPrefix: prefix } = video
  if (prefix === null) return ''
  const { playId, expiresAtMs, durationMs } = token
  return mediaAddress(
    settings,
    { prefix, ...sharedOrOwn(settings, { playId, expiresAtMs, durationMs }) },
    'master.m3u8',
  )
}

/** Whatever is published and whatever becomes of it, captions stay where they are: they have a token of their own. */
export function captionLinks(
  settings: BootSettings,
  { captions = [] }: EmbedVideo,
  { playId, expiresAtMs }: PlayToken,
): { captions?: CaptionLink[] } {
  if (captions.length === 0) return {}
  return {
    captions: captions.map(({ objectKey, ...link }) => ({
      ...link,
      url: objectAddress(settings, objectKey, sharedOrOwn(settings, { playId, expiresAtMs })),
    })),
  }
}

/** Where the small pictures for the seek bar are listed, for as long as the play may last; null until they are made. */
export function storyboardUrlOf(settings: BootSettings, video: EmbedVideo, token: PlayToken): string | null {
  const { storyboardPrefix: prefix } = video
  if (!prefix) return null
  const { expiresAtMs } = token
  return objectAddress(settings, `${prefix}/${storyboardName}`, sharedOrOwn(settings, { playId: '', expiresAtMs }))
}
