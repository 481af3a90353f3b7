import type { ClickHouseClient } from '@clickhouse/client'
import { AppError } from '#contract/errors.ts'
import { gradeOfRank } from '#contract/grade.ts'
import { playIdSchema } from '#contract/ids.ts'
import { marksIn } from '#contract/marks.ts'
import type { PlayExplained } from '#contract/play-explained.ts'
import { ask, readQuery } from './ask-plays.ts'

/** Throws `not_found` where none of the videos has such a play. */
export async function explainPlay(
  clickhouse: ClickHouseClient,
  videoIds: readonly string[],
  playId: string,
): Promise<PlayExplained> {
  const id = playIdSchema.safeParse(playId)
  if (!id.success) throw new AppError('not_found')
  const parameters = { videoIds: [...videoIds], playId: BigInt(`0x${id.data}`).toString() }
  const [row] = await ask<PlayColumns>(clickhouse, query, parameters)
  if (!row) throw new AppError('not_found')
  const { grade, notCounted, visible, started, autoplay, viewed, engaged, finished, ...told } = row
  return {
    playId: id.data,
    ...told,
    grade: gradeOfRank(grade),
    counts: notCounted === 0,
    marks: marksIn(notCounted),
    steps: {
      visible: visible === 1,
      started: started === 0 ? 'no' : autoplay === 1 ? 'autoplay' : 'person',
      viewed: viewed === 1,
      engaged: engaged === 1,
      finished: finished === 1,
    },
  }
}

const query = readQuery('explain-play.sql')

interface PlayColumns extends Omit<PlayExplained, 'playId' | 'grade' | 'counts' | 'marks' | 'steps'> {
  grade: number
  notCounted: number
  visible: number
  started: number
  autoplay: number
  viewed: number
  engaged: number
  finished: number
}
