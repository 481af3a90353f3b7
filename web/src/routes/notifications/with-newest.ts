import type { Notification } from '#contract/alerts.ts'

/** The list that is shown, brought up to date by a page that was just read: newest first, each once, what is newer wins. */
export function withNewest(shown: readonly Notification[], read: readonly Notification[]): Notification[] {
  const byId = new Map([...shown, ...read].map((each) => [each.id, each]))
  return [...byId.values()].sort((one, other) => Number(other.id) - Number(one.id))
}
