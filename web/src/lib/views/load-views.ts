import { isHttpError } from '@sveltejs/kit'
import type { ViewsDetails } from '#contract/views.ts'
import { read } from '#web/api/read.ts'
import { apiQuery, type Choice, readChoice } from './choice.ts'

export interface LoadedViews {
  choice: Choice
  /** When the page was asked for: periods reach back from there. */
  nowMs: number
  /** Null where the numbers can't be read; counting goes on, so that is a state of the page and not its end. */
  details: ViewsDetails | null
}

/** What every page of Views Details needs before it is shown. `base` is the path of its API. */
export async function loadViews(fetch: typeof globalThis.fetch, base: string, url: URL): Promise<LoadedViews> {
  const nowMs = Date.now()
  const choice = readChoice(url.searchParams)
  const query = apiQuery(choice, nowMs)
  const details = await read<ViewsDetails>(fetch, query.size > 0 ? `${base}?${query}` : base).catch(nullWhenBroken)
  return { choice, nowMs, details }
}

function nullWhenBroken(error: unknown): null {
  if (isHttpError(error) && error.status < 500) throw error
  return null
}
