import type { EmbedBoot } from '#contract/embed.ts'
import { askState } from './wait-until-playable.ts'

/** The address of what took the place of `mediaUrl`, for the same play; null where nothing did, or nobody tells. */
export async function findSuccessor(boot: EmbedBoot, mediaUrl: string): Promise<string | null> {
  const answer = await askState(boot)
  const next = answer.state === 'playable' ? answer.boot.mediaUrl : ''
  return next === '' || next === mediaUrl ? null : next
}
