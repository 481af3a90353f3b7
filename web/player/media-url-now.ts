import type { EmbedBoot } from '#contract/embed.ts'
import { askToOpen } from './open-play.ts'

/** What may play now, for the play of `boot`, by what was told of its state; null where nothing may, or nobody tells. */
export async function mediaUrlNow(boot: EmbedBoot, playable: EmbedBoot): Promise<string | null> {
  if (!playable.isGuarded) return playable.mediaUrl || null
  // Where the owner has rules for sites, what may play is told by this alone.
  const opened = await askToOpen(boot)
  return (opened && 'mediaUrl' in opened && opened.mediaUrl) || null
}
