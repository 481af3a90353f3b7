import { redirect } from '@sveltejs/kit'
import { ownPath } from '#web/own-path.ts'
import { langs } from '#web/words/words.ts'
import type { RequestHandler } from './$types'

const choices: Record<string, readonly string[]> = { lang: langs, theme: ['', 'light', 'dark'] }
const yearSeconds = 365 * 24 * 60 * 60

/** `/prefer?lang=zh&to=/v`: keeps a choice in a cookie and goes back. Plain links, so it works before any script has loaded. */
export const GET: RequestHandler = ({ url, cookies }) => {
  for (const [name, values] of Object.entries(choices)) {
    const value = url.searchParams.get(name)
    // These say nothing about anybody, so they may also live on a site that has no https yet.
    if (value !== null && values.includes(value))
      cookies.set(name, value, { path: '/', maxAge: yearSeconds, sameSite: 'lax', httpOnly: true, secure: false })
  }
  redirect(303, ownPath(url.searchParams.get('to'), url.origin))
}
