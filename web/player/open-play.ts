import type { EmbedBoot, OpenAnswer, OpenRequest } from '#contract/embed.ts'
import { shakeHands } from './handshake.ts'

/**
 * Tells the server what the browser knows of the embedding page; resolves with the token that counts for this play.
 * Falls back on the document's own token, so that a play is counted even where this can't be told.
 */
export async function openPlay(boot: EmbedBoot): Promise<string> {
  const body = JSON.stringify(await readSignals(boot.token))
  return (await ask(boot.openUrl, body)) ?? (await ask(boot.openUrl, body)) ?? boot.token
}

async function readSignals(token: string): Promise<OpenRequest> {
  const isTop = window.parent === window
  const hasScript = new URLSearchParams(location.search).has('via')
  const page = hasScript && !isTop ? await shakeHands() : null
  return { token, ancestors: [...(location.ancestorOrigins ?? [])], isTop, ...(page && { page }) }
}

async function ask(url: string, body: string): Promise<string | null> {
  try {
    const signal = AbortSignal.timeout(8_000)
    const headers = { 'Content-Type': 'text/plain' }
    const answer = await fetch(url, { method: 'POST', body, headers, signal, credentials: 'omit', keepalive: true })
    return answer.ok ? ((await answer.json()) as OpenAnswer).token : null
  } catch {
    return null
  }
}
