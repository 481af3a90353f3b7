import type { PlayQuality } from './views.ts'

/** `GET …/views/health`: one row per page, those with trouble first. */
export interface HealthRow {
  site: string
  page: string
  loads: number
  starts: number
  fullscreenBlocked: number
  autoplayBlocked: number
  sandboxed: number
  /** Players under 200 × 113 pixels, where controls do not fit. */
  tooSmall: number
  errors: number
  quality: PlayQuality
  fixes: EmbedFix[]
}

/** What is wrong with the embed code of a page, worst first; the page shows a sentence and the code to copy. */
export const embedFixes = [
  'sandboxed',
  'fullscreenBlocked',
  'autoplayBlocked',
  'tooSmall',
  'noReferrer',
  'errors',
] as const
export type EmbedFix = (typeof embedFixes)[number]

export interface EmbedHealth {
  rows: HealthRow[]
  total: number
  next: string | null
}
