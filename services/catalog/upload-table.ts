import type { ColumnType, Generated } from 'kysely'

/** An upload whose bytes are not all here, or not a video yet. */
export interface UnfinishedUploadTable {
  id: string
  owner_id: string
  /** The draft that it is for, or the video whose file it replaces; either may be gone. */
  video_id: string | null
  replaces: string | null
  /** A bigint comes from PostgreSQL as text. */
  received_bytes: ColumnType<string, number | undefined, number>
  created_at: Generated<Date>
}

/** A finished upload whose video was deleted. */
export interface DeletedUploadTable {
  upload_id: string
  deleted_at: Generated<Date>
}
