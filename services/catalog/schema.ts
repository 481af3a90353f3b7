import type { ColumnType, Generated, GeneratedAlways, JSONColumnType, Selectable } from 'kysely'
import type { Role } from '#contract/account.ts'
import type { CaptionKind } from '#contract/captions.ts'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import type { Downloads, Progress, VideoStatus, Visibility } from '#contract/video.ts'
import type { ViewsFilter } from '#contract/views.ts'
import type { AlertTables } from './alert-tables.ts'
import type { FormerFile } from './former-file.ts'
import type { ImportTable } from './import-table.ts'
import type { PartTables } from './part-tables.ts'
import type { SmallerPartTable, SmallerTable } from './smaller-table.ts'
import type { DeletedUploadTable, UnfinishedUploadTable } from './upload-table.ts'

/** The tables of `migrations/` as Kysely sees them. */
export interface Database extends AlertTables, PartTables {
  user: UserTable
  viewer_salt: { day: string; salt: Buffer }
  video: VideoTable
  transcode_attempt: TranscodeAttemptTable
  caption_track: CaptionTrackTable
  poster_wish: PosterWishTable
  vpub: VPubTable
  vpub_member: { vpub_id: string; user_id: string; joined_at: Generated<Date> }
  vpub_post: { vpub_id: string; video_id: string; posted_by: string; posted_at: Generated<Date> }
  video_embed_policy: { video_id: string; policy: JSONColumnType<EmbedPolicy>; updated_at: Generated<Date> }
  owner_embed_policy: { owner_id: string; policy: JSONColumnType<EmbedPolicy>; updated_at: Generated<Date> }
  sighting: SightingTable
  page_title: PageTitleTable
  erasure: ErasureTable
  api_key: ApiKeyTable
  share_link: ShareLinkTable
  import: ImportTable
  upload_quota: UploadQuotaTable
  replacement: ReplacementTable
  smaller: SmallerTable
  smaller_part: SmallerPartTable
  unfinished_upload: UnfinishedUploadTable
  deleted_upload: DeletedUploadTable
}

/** Bigints come from PostgreSQL as text. */
interface SightingTable {
  video_id: string
  kind: SightingKind
  name: string
  day: string
  count: ColumnType<string, number, number>
  first_seen: Date
  last_seen: Date
}

/** A program that read oEmbed, a link preview or a feed; or a site whose player was turned away. */
export type SightingKind = 'oembed' | 'unfurl' | 'feed' | 'refused'

interface PageTitleTable {
  video_id: string
  site: string
  page: string
  title: string
  told_at: Date
}

interface ErasureTable {
  video_id: string
  requested_at: Generated<Date>
  opened_before: Date | null
  run_at: Generated<Date>
  swept_at: Date | null
  erased_at: Date | null
}
export type ErasureRow = Selectable<ErasureTable>

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
  keeps_original: Generated<boolean>
  storyboard_prefix: string | null
  storyboard_source_key: string | null
  chosen_poster_key: string | null
  former: JSONColumnType<FormerFile> | null
  former_attempts: Generated<number>
  downloads: ColumnType<Downloads, Downloads | undefined, Downloads>
  download_key: string | null
  download_bytes: ColumnType<string, number | undefined, number>
  download_of: string | null
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
  /** What was learnt and decided before the work was cut into parts; only the transcoder knows its shape. */
  plan: JSONColumnType<object> | null
}

interface PosterWishTable {
  video_id: string
  wish_id: string
  at_ms: number | null
  state: 'working' | 'done' | 'failed'
  failure_code: string | null
  failure_message: string | null
  asked_at: Generated<Date>
}
export type PosterWishRow = Selectable<PosterWishTable>

interface VPubTable {
  id: GeneratedAlways<string>
  slug: string
  name: string
  description: Generated<string>
  owner_id: string
  created_at: Generated<Date>
}

interface ApiKeyTable {
  id: string
  owner_id: string
  name: string
  hint: string
  key_hash: Buffer
  created_at: Generated<Date>
  last_used_at: Date | null
}
export type ApiKeyRow = Selectable<ApiKeyTable>

interface ShareLinkTable {
  id: string
  video_id: string
  token: string
  name: string
  filter: JSONColumnType<ViewsFilter>
  created_at: Generated<Date>
  expires_at: Date | null
}
export type ShareLinkRow = Selectable<ShareLinkTable>

interface UploadQuotaTable {
  user_id: string
  max_bytes: ColumnType<string | null, number | null, number | null>
  max_videos: number | null
  updated_at: Generated<Date>
}

interface ReplacementTable {
  upload_id: string
  video_id: string
  uploaded_by: string
  source_bytes: ColumnType<string, number, number>
  replaced_at: Generated<Date>
}

interface CaptionTrackTable {
  video_id: string
  language: string
  kind: CaptionKind
  is_default: Generated<boolean>
  webvtt: string
  cue_count: number
  object_key: string
  version: string
  updated_at: Generated<Date>
}
export type CaptionTrackRow = Selectable<CaptionTrackTable>
