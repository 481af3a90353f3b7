import { sql } from 'kysely'
import type { Context } from '../context.ts'

/** Up to when arrived plays were looked at, by ClickHouse's clock; null on a system that never looked. */
export async function readProgress({ catalog }: Context): Promise<Date | null> {
  const row = await catalog.database
    .selectFrom('alert_progress')
    .select('looked_until')
    .where('task', '=', task)
    .executeTakeFirst()
  return row?.looked_until ?? null
}

/** Never goes back, whichever of several workers is slower. */
export async function saveProgress({ catalog }: Context, lookedUntil: Date): Promise<void> {
  await catalog.database
    .insertInto('alert_progress')
    .values({ task, looked_until: lookedUntil })
    .onConflict((conflict) =>
      conflict.column('task').doUpdateSet({
        looked_until: sql`greatest(alert_progress.looked_until, excluded.looked_until)`,
      }),
    )
    .execute()
}

/** The clock by which hours are stamped as touched. */
export async function readClock(clickhouse: Context['clickhouse']): Promise<Date> {
  const result = await clickhouse.query({ query: 'SELECT toUnixTimestamp(now()) AS seconds', format: 'JSONEachRow' })
  const [{ seconds }] = (await result.json<{ seconds: number }>()) as [{ seconds: number }]
  return new Date(seconds * 1000)
}

const task = 'new-sites'
