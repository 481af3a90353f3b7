import { redirect } from '@sveltejs/kit'
import type { Me } from '#contract/account.ts'

/** For pages that make no sense without an account: sends strangers to sign in, and back afterwards. */
export function requireMe(me: Me | null, url: URL): Me {
  if (!me) redirect(303, `/sign-in?to=${encodeURIComponent(url.pathname + url.search)}`)
  return me
}
