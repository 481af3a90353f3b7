import type { EmbedBoot, OpenAnswer, OpenRefusal, OpenRequest } from '#contract/embed.ts'
import { shakeHands } from './handshake.ts'

/**
 * Tells the server what the browser knows of the embedding page; resolves with the token that counts for this play.
 * Falls back on the document's own token, so that a play is counted even where this can't be told.
 */
export async function openPlay(boot: EmbedBoot): Promise<string> {
  const answer = await askToOpen(boot)
  return answer && 'token' in answer ? answer.token : boot.token
}

/** The same, with all that the server answers; null where it can't be reached. */
export async function askToOpen(boot: EmbedBoot): Promise<OpenAnswer | OpenRefusal | null> {
  const body = JSON.stringify(await readSignals(boot.token))
  return (await ask(boot, body)) ?? (await ask(boot, body))
}

async function readSignals(token: string): Promise<OpenRequest> {
  const isTop = window.parent === window
  const hasScript = new URLSearchParams(location.search).has('via')
  const page = hasScript && !isTop ? await shakeHands() : null
  return { token, ancestors: [...(location.ancestorOrigins ?? [])], isTop, ...(page && { page }) }
}

async function ask({ openUrl, isGuarded }: EmbedBoot, body: string): Promise<OpenAnswer | OpenRefusal | null> {
  try {
    const signal = AbortSignal.timeout(8_000)
    const headers = { 'Content-Type': 'text/plain' }
    // What a guarded document may play hangs on who its viewer is, whom the cookie names on our own site.
    const credentials = isGuarded ? 'same-origin' : 'omit'
    const answer = await fetch(openUrl, { method: 'POST', body, headers, signal, credentials, keepalive: true })
    return answer.ok ? await answer.json() : null
  } catch {
    return null
  }
}
