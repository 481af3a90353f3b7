import { sql } from 'kysely'
import type { Context } from '../context.ts'
import type { UploadPlace } from './upload-place.ts'

type Stores = Pick<Context, 'catalog'>

/** Whether a video is made of this object, or was before its file was replaced. */
export async function isNamed({ catalog }: Stores, sourceKey: string): Promise<boolean> {
  const video = await catalog.database
    .selectFrom('video')
    .select('id')
    .where(({ eb, or }) => or([eb('source_key', '=', sourceKey), eb(sql`former->>'sourceKey'`, '=', sourceKey)]))
    .executeTakeFirst()
  return video !== undefined
}

/** Throws an upload away, but never the bytes that a video names: of those only what tus noted goes. */
export async function dropUpload(stores: Stores, place: UploadPlace, id: string): Promise<void> {
  if (await isNamed(stores, `sources/${id}`)) await place.forget(id)
  else await place.remove(id)
}
