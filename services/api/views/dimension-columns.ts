import { gradeRank, grades } from '#contract/grade.ts'
import type { Dimension } from '#contract/views.ts'

/** By what rows of an answer are told apart. */
export type By = Dimension | 'video'

/** What a play says of a dimension, in the contract's words. */
export function columnOf(by: By): string {
  return columns[by]
}

/** Pages belong to a site; of everything else there is one row whatever the site. */
export function siteColumnOf(by: By): string {
  return by === 'page' ? 'merged_play.site' : "''"
}

const gradesByRank = [...grades].sort((one, other) => gradeRank[one] - gradeRank[other])

const columns: Record<By, string> = {
  site: 'merged_play.site',
  page: 'merged_play.page',
  country: 'merged_play.country',
  device: 'merged_play.device',
  language: 'merged_play.language',
  key: 'merged_play.embed_key',
  grade: `[${gradesByRank.map((grade) => `'${grade}'`).join(', ')}][merged_play.grade + 1]`,
  referrer: 'merged_play.referrer',
  video: 'toString(merged_play.video_id)',
}
