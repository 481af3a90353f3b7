import type { ColumnType, Generated, JSONColumnType } from 'kysely'

/** See migrations/0019-smaller.sql. */
export interface SmallerTable {
  video_id: string
  prefix: string
  state: ColumnType<object, string | undefined, string>
  outcome: SmallerOutcome | null
  try: Generated<number>
  tries_spent: Generated<number>
  updated_at: Generated<Date>
}

export type SmallerOutcome = 'published' | 'not_worth' | 'failed'

/** See migrations/0020-smaller-parts.sql. */
export interface SmallerPartTable {
  video_id: string
  rung: string
  part: number
  made: JSONColumnType<object>
}
