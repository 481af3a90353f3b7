import type { ColumnType, Generated, JSONColumnType, Selectable } from 'kysely'

/** The tables of the parts that videos are made in; see migrations/0012-parts.sql. */
export interface PartTables {
  transcode_part: TranscodePartTable
  transcode_turn: { owner_id: string; given: number }
}

export type PartKind = 'first' | 'pictures' | 'sound' | 'finish'

interface TranscodePartTable {
  video_id: string
  attempt: number
  part: number
  kind: PartKind
  from_frame: Generated<number>
  frames: number | null
  turn: Generated<number>
  state: ColumnType<PartState, PartState | undefined, PartState>
  try: Generated<number>
  tries_spent: Generated<number>
  worker: string | null
  job_id: string | null
  frames_done: Generated<number>
  speed: Generated<number>
  /** What a worker has to say about what it made; only the transcoder knows its shape. */
  result: JSONColumnType<object> | null
  updated_at: Generated<Date>
}

export type PartState = 'waiting' | 'active' | 'done'
export type PartRow = Selectable<TranscodePartTable>
