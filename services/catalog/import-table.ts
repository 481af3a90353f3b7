import type { ColumnType, Generated, Selectable } from 'kysely'
import type { ImportState } from '#contract/imports.ts'

/** The table of `0017-imports.sql`; bigints come from PostgreSQL as text. */
export interface ImportTable {
  id: string
  owner_id: string
  video_id: string | null
  url: string
  host: string
  idempotency_key: string | null
  state: ColumnType<ImportState, ImportState | undefined, ImportState>
  failure_code: string | null
  failure_message: string | null
  upload_id: string | null
  validator: string | null
  received_bytes: ColumnType<string, number | undefined, number>
  total_bytes: ColumnType<string | null, number | null | undefined, number | null>
  bytes_per_second: ColumnType<string, number | undefined, number>
  tries: Generated<number>
  holder: string | null
  held_until: Date | null
  first_claimed_at: Date | null
  created_at: Generated<Date>
  updated_at: Generated<Date>
}
export type ImportRow = Selectable<ImportTable>
