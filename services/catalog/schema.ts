import type { ColumnType, Generated, GeneratedAlways, JSONColumnType, Selectable } from 'kysely'
import type { Role } from '#contract/account.ts'
import type { Progress, VideoStatus, Visibility } from '#contract/video.ts'

/** The tables of `migrations/` as Kysely sees them. */
export interface Database {
  user: UserTable
  viewer_salt: { day: string; salt: Buffer }
  video: VideoTable
  transcode_attempt: TranscodeAttemptTable
  vpub: VPubTable
  vpub_member: { vpub_id: string; user_id: string; joined_at: Generated<Date> }
  vpub_post: { vpub_id: string; video_id: string; posted_by: string; posted_at: Generated<Date> }
}

interface UserTable {
  id: string
  name: string
  email: string
  emailVerified: boolean
  image: string | null
  role: ColumnType<Role, Role | undefined, Role>
  createdAt: Generated<Date>
  updatedAt: Generated<Date>
}

interface VideoTable {
  id: string
  owner_id: string
  title: string
  description: Generated<string>
  visibility: ColumnType<Visibility, Visibility | undefined, Visibility>
  status: VideoStatus
  upload_id: string | null
  source_key: string | null
  source_bytes: ColumnType<string, number | undefined, number>
  source_name: Generated<string>
  duration_ms: Generated<number>
  width: Generated<number>
  height: Generated<number>
  flags: Generated<string[]>
  failure_code: string | null
  failure_message: string | null
  progress: JSONColumnType<Progress> | null
  current_attempt: Generated<number>
  published_prefix: string | null
  poster_key: string | null
  created_at: Generated<Date>
  updated_at: Generated<Date>
  published_at: Date | null
}
export type VideoRow = Selectable<VideoTable>

interface TranscodeAttemptTable {
  video_id: string
  attempt: number
  job_id: string
  worker: string
  started_at: Generated<Date>
  finished_at: Date | null
  outcome: string | null
}

interface VPubTable {
  id: GeneratedAlways<string>
  slug: string
  name: string
  description: Generated<string>
  owner_id: string
  created_at: Generated<Date>
}
