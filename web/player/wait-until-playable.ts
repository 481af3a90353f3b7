import type { EmbedState } from '#contract/embed.ts'

/** Asks now and then whether the video can be watched (or has failed), and loads the document again once it is so. */
export async function waitUntilPlayable(stateUrl: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    // Most videos are playable within seconds; nobody minds a little more for the long ones.
    await pause(Math.min(15_000, 2_000 + attempt * 500))
    if ((await readState(stateUrl)) !== 'waiting') return location.reload()
  }
}

async function readState(url: string): Promise<EmbedState['state']> {
  try {
    const answer = await fetch(url, { credentials: 'omit', cache: 'no-store' })
    // Gone or made private meanwhile: the document says so. Anything else is a trouble that passes.
    if (answer.status === 404) return 'failed'
    return answer.ok ? ((await answer.json()) as EmbedState).state : 'waiting'
  } catch {
    return 'waiting'
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
