import type { EmbedBoot, EmbedState } from '#contract/embed.ts'

/** Asks now and then whether the video can be watched, and uncovers the player once it is so. */
export async function waitUntilPlayable(boot: EmbedBoot): Promise<EmbedBoot> {
  for (let attempt = 0; ; attempt++) {
    // Most videos are playable within seconds; nobody minds a little more for the long ones.
    await pause(Math.min(15_000, 2_000 + attempt * 500))
    const answer = await askState(boot)
    if (answer.state === 'playable') return uncover(answer.boot)
    // The document says why; nothing was counted yet that loading it again could lose.
    if (answer.state === 'failed') location.reload()
  }
}

async function askState({ stateUrl, token }: EmbedBoot): Promise<EmbedState> {
  try {
    const body = JSON.stringify({ token })
    const headers = { 'Content-Type': 'text/plain' }
    const answer = await fetch(stateUrl, { method: 'POST', body, headers, credentials: 'omit' })
    if (answer.ok) return (await answer.json()) as EmbedState
    // Gone, made private, or the token grew old: the document knows. Anything else is a trouble that passes.
    return { state: [403, 404].includes(answer.status) ? 'failed' : 'waiting' }
  } catch {
    return { state: 'waiting' }
  }
}

function uncover(boot: EmbedBoot): EmbedBoot {
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
