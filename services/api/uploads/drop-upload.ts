import type { Context } from '../context.ts'
import { isNamed } from './is-named.ts'
import type { UploadPlace } from './upload-place.ts'

/** Throws an upload away, but never the bytes that a video names: of those only what tus noted goes. */
export async function dropUpload(stores: Pick<Context, 'catalog'>, place: UploadPlace, id: string): Promise<void> {
  if (await isNamed(stores, `sources/${id}`)) await place.forget(id)
  else await place.remove(id)
}
