import type { Me } from '#contract/account.ts'
import type { LayoutLoad } from './$types'

/** A page that can be read without an account stays readable while the account part of the API is away. */
export const load: LayoutLoad = async ({ data, fetch, depends }) => {
  depends('site:me')
  const response = await fetch('/api/me').catch(() => null)
  const me: Me | null = response?.ok ? await response.json() : null
  return { ...data, me }
}
