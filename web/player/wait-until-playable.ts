import type { EmbedBoot, EmbedState } from '#contract/embed.ts'

/** Asks now and then whether the video can be watched, and uncovers the player once it is so. */
export async function waitUntilPlayable(boot: EmbedBoot): Promise<EmbedBoot> {
  let mayReload = !wasReloaded()
  for (let attempt = 0; ; attempt++) {
    // Most videos are playable within seconds; nobody minds a little more for the long ones.
    await pause(Math.min(15_000, 2_000 + attempt * 500))
    const answer = await askState(boot)
    if (answer.state === 'playable') return uncover(answer.boot)
    if (answer.state === 'waiting') mayReload = true
    // The document says why; nothing was counted yet that loading it again could lose.
    if (answer.state === 'failed' && mayReload) return reload()
  }
}

/** A document that was loaded again and still waits knows no better: asking on is all that is left. */
function wasReloaded(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return navigation?.type === 'reload'
}

/** Never resolves: nobody is to ask again while the next document is on its way. */
function reload(): Promise<never> {
  location.reload()
  return new Promise(() => {})
}

export async function askState({ stateUrl, token }: EmbedBoot): Promise<EmbedState | { state: 'unknown' }> {
  try {
    const body = JSON.stringify({ token })
    const headers = { 'Content-Type': 'text/plain' }
    // A private video is there for its owner only, whom the cookie names; browsers keep it from frames on other sites.
    const answer = await fetch(stateUrl, { method: 'POST', body, headers, credentials: 'same-origin' })
    if (answer.ok) return (await answer.json()) as EmbedState
    // Gone, made private, or the token grew old: the document knows. Anything else is a trouble that passes.
    return { state: [403, 404].includes(answer.status) ? 'failed' : 'unknown' }
  } catch {
    return { state: 'unknown' }
  }
}

/** Shows the poster and the button in place of the sentence. */
export function uncover(boot: EmbedBoot): EmbedBoot {
  const stage = document.querySelector<HTMLElement>('.stage')!
  const poster = stage.querySelector<HTMLImageElement>('.poster')!
  if (boot.posterUrl) Object.assign(poster, { src: boot.posterUrl, hidden: false })
  stage.querySelector<HTMLElement>('.notice')!.hidden = true
  stage.dataset.state = 'poster'
  return boot
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
