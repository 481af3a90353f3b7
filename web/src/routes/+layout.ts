import type { Me } from '#contract/account.ts'
import type { UnreadCount } from '#contract/alerts.ts'
import type { LayoutLoad } from './$types'

/** A page that can be read without an account stays readable while the account part of the API is away. */
export const load: LayoutLoad = async ({ data, fetch, depends }) => {
  depends('site:me')
  const me = await readOrNull<Me>(fetch, '/api/me')
  const unread = me && (await readOrNull<UnreadCount>(fetch, '/api/me/notifications/unread'))
  return { ...data, me, unread: unread?.unread ?? 0 }
}

async function readOrNull<Answer>(fetch: typeof globalThis.fetch, path: string): Promise<Answer | null> {
  const response = await fetch(path).catch(() => null)
  return response?.ok ? response.json() : null
}
