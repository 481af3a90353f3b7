import { type EmbedFix, embedFixes, type HealthRow } from '#contract/embed-health.ts'

/** What the embed code of a page should be mended for, worst first. */
export function fixesOf(row: Omit<HealthRow, 'quality' | 'fixes'>): EmbedFix[] {
  const troubled: Record<EmbedFix, number> = {
    sandboxed: row.sandboxed,
    fullscreenBlocked: row.fullscreenBlocked,
    autoplayBlocked: row.autoplayBlocked,
    tooSmall: row.tooSmall,
    // A named bucket such as `(this site)` has no page that could be told.
    noReferrer: row.page === '' && !row.site.startsWith('(') ? row.loads : 0,
    errors: row.errors,
  }
  return embedFixes.filter((fix) => troubled[fix] > row.loads * worthTelling)
}

// Single visitors block much by themselves; what an embed code forbids, it forbids to nearly all.
const worthTelling = 0.1
