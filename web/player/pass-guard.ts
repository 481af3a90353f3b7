import type { EmbedBoot, OpenRefusal } from '#contract/embed.ts'
import { askToOpen } from './open-play.ts'
import { uncover } from './wait-until-playable.ts'

/**
 * Where the owner has rules for sites, nothing plays and nothing is counted before the server has judged this one.
 * Resolves with what plays; never resolves where nothing may, once the viewer has been told why.
 */
export async function passGuard(boot: EmbedBoot): Promise<EmbedBoot> {
  for (let attempt = 1; ; attempt++) {
    const answer = await askToOpen(boot)
    if (answer && 'blocked' in answer) return refuse(answer)
    if (answer) return uncover({ ...boot, ...answer })
    await new Promise((resolve) => setTimeout(resolve, Math.min(30_000, 2_000 * attempt)))
  }
}

function refuse({ sentence, link }: OpenRefusal): Promise<never> {
  const stage = document.querySelector<HTMLElement>('.stage')!
  const notice = stage.querySelector<HTMLElement>('.notice')!
  const way = Object.assign(document.createElement('a'), { href: link.url, target: '_blank', rel: 'noopener' })
  way.textContent = link.label
  notice.replaceChildren(sentence, ' ', way)
  // What is left of the player would only promise what can't be had.
  for (const part of stage.querySelectorAll('video, .poster, .title, .play')) part.remove()
  stage.dataset.state = 'waiting'
  notice.hidden = false
  return new Promise(() => {})
}
