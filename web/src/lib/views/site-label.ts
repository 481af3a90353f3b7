import type { Words } from '#web/words/words.ts'

/** A site as people read it: its domain, or what stands for pages that have none. */
export function siteLabel(site: string, words: Words): string {
  return words.views.buckets[site as keyof Words['views']['buckets']] ?? site
}
