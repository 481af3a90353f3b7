import { gradeRank, grades } from '#contract/grade.ts'
import type { Dimension } from '#contract/views.ts'

/** By what rows of an answer are told apart. */
export type By = Dimension | 'video'

/** What a row of `plays` says of a dimension, in the contract's words. */
export function columnOf(by: By): string {
  return columns[by]
}

/** Pages belong to a site; of everything else there is one row whatever the site. */
export function siteColumnOf(by: By): string {
  return by === 'page' ? 'plays.site' : "''"
}

const gradesByRank = [...grades].sort((one, other) => gradeRank[one] - gradeRank[other])

const columns: Record<By, string> = {
  site: 'plays.site',
  page: 'plays.page',
  country: 'plays.country',
  device: 'plays.device',
  language: 'plays.language',
  key: 'plays.embed_key',
  grade: `[${gradesByRank.map((grade) => `'${grade}'`).join(', ')}][plays.grade + 1]`,
  referrer: 'plays.referrer',
  video: 'toString(plays.video_id)',
}
