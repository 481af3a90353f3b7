import { sql } from 'kysely'
import type { Context } from '../context.ts'

/** Whether a video is made of this object, or was before its file was replaced. */
export async function isNamed({ catalog }: Pick<Context, 'catalog'>, sourceKey: string): Promise<boolean> {
  const video = await catalog.database
    .selectFrom('video')
    .select('id')
    .where(({ eb, or }) => or([eb('source_key', '=', sourceKey), eb(sql`former->>'sourceKey'`, '=', sourceKey)]))
    .executeTakeFirst()
  return video !== undefined
}
