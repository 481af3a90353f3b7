import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Video } from '#contract/video.ts'
import { type Clip, makeClip } from './media.ts'
import type { Person } from './person.ts'

/** Makes a clip of this name in the folder, where it stays, and uploads it as its owner's. */
export async function uploadClip(
  owner: Person,
  path: { folder: string; name: string },
  clip: Clip,
  fields: Record<string, string> = {},
): Promise<Video> {
  const made = await makeClip(join(path.folder, path.name), clip)
  return owner.upload(new Blob([await readFile(made)]), path.name, fields)
}
