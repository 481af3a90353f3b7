import type { ErasureRow } from '#catalog/schema.ts'
import { playTokenLifetimeMs } from '#contract/token-lifetimes.ts'
import type { Context } from '../context.ts'
import { erasePlays, hasOldParts, holdsPlays } from './erase-plays.ts'
import { forgetSpooled } from './forget-spooled.ts'
import { forgetTitles } from './forget-titles.ts'

interface Options {
  nowMs?: number
  keepReplacedSeconds?: number
}

/**
 * Makes the plays of videos gone from every disk. Each erasure is a row that stays until its last run is over: deleted
 * at once, looked after until no store holds a trace, and looked at once more when no token from before is good any longer.
 */
export async function eraseVideos(
  context: Context,
  { nowMs = Date.now(), keepReplacedSeconds }: Options = {},
): Promise<void> {
  const due = await context.catalog.database
    .selectFrom('erasure')
    .selectAll()
    .where('run_at', '<=', new Date(nowMs))
    .orderBy('run_at')
    .limit(mostAtOnce)
    .execute()
  if (due.length === 0) return
  await alone(context, async () => {
    for (const group of alike(due)) await runGroup(context, group, { nowMs, keepReplacedSeconds })
  })
}

const mostAtOnce = 1_000
const lookAgainMs = 15_000
// Tokens are good a little longer than they say, and a beacon may wait in a collector that can't reach ClickHouse.
const lastLookMs = playTokenLifetimeMs + 10 * 60_000

async function runGroup(
  context: Context,
  group: ErasureRow[],
  { nowMs, keepReplacedSeconds }: Options & { nowMs: number },
): Promise<void> {
  const { clickhouse, logger } = context
  const erasing = {
    videoIds: group.map((one) => one.video_id),
    openedBefore: group[0]!.opened_before,
    keepReplacedSeconds,
  }
  const { swept_at: sweptAt } = group[0]!
  await forgetTitles(context, erasing)
  if (sweptAt === null || (await holdsPlays(clickhouse, erasing))) {
    // Not swept until all is: a kill in between must not leave sums of plays that are gone.
    await change(context, group, { swept_at: null })
    // An earlier deletion that outlived its request must end first.
    if (!(await erasePlays(clickhouse, erasing)))
      return change(context, group, { run_at: new Date(nowMs + lookAgainMs) })
    await change(context, group, { swept_at: new Date(), run_at: new Date(nowMs + lookAgainMs) })
    logger.info({ videos: group.length }, 'plays were erased')
    return
  }
  const isWaiting = (await forgetSpooled(context, erasing.videoIds)) || (await hasOldParts(clickhouse, sweptAt))
  if (isWaiting) return change(context, group, { run_at: new Date(nowMs + lookAgainMs) })
  await finish(context, group, nowMs)
}

async function finish(context: Context, group: ErasureRow[], nowMs: number): Promise<void> {
  const over = group.filter((one) => one.requested_at.getTime() + lastLookMs <= nowMs)
  const early = group.filter((one) => !over.includes(one))
  for (const one of early) {
    const lastLook = new Date(one.requested_at.getTime() + lastLookMs)
    await change(context, [one], { run_at: lastLook, erased_at: one.erased_at ?? new Date() })
  }
  if (over.length > 0)
    await context.catalog.database
      .deleteFrom('erasure')
      .where(({ eb, refTuple, tuple, or }) =>
        // One that was asked for again meanwhile has its own way to go.
        or(over.map((one) => eb(refTuple('video_id', 'requested_at'), '=', tuple(one.video_id, one.requested_at)))),
      )
      .execute()
}

async function change(
  { catalog }: Context,
  group: ErasureRow[],
  values: Partial<Pick<ErasureRow, 'run_at' | 'swept_at' | 'erased_at'>>,
): Promise<void> {
  await catalog.database
    .updateTable('erasure')
    .set(values)
    .where(
      'video_id',
      'in',
      group.map((one) => one.video_id),
    )
    // One that was asked for again meanwhile begins anew.
    .where('requested_at', '<=', new Date(Math.max(...group.map((one) => one.requested_at.getTime()))))
    .execute()
}

/** Those that one deletion can serve: an owner who erases all his views asks for all videos in the same moment. */
function alike(due: ErasureRow[]): ErasureRow[][] {
  const groups = Map.groupBy(due, (one) => `${one.opened_before?.getTime()} ${one.swept_at?.getTime()}`)
  return [...groups.values()]
}

/** Two workers would do the same work twice; each deletion keeps to its own videos all the same. */
async function alone({ catalog }: Context, act: () => Promise<void>): Promise<void> {
  const connection = await catalog.pool.connect()
  try {
    const { rows } = await connection.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [lockNumber])
    if (!rows[0]!.got) return
    try {
      await act()
    } finally {
      await connection.query('SELECT pg_advisory_unlock($1)', [lockNumber])
    }
  } finally {
    connection.release()
  }
}

// Any number that nothing else in this database locks.
const lockNumber = 0x65_72_61_73
