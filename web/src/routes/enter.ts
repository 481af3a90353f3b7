import { write } from '#web/api/write.ts'
import { ownPath } from '#web/own-path.ts'
import { goto, invalidate } from '$app/navigation'

export interface Credentials {
  name: string
  email: string
  password: string
}

/** Signs in or up, then goes where the visitor was headed. Throws ApiError. */
export async function enter(path: string, given: Credentials, to: string | null): Promise<void> {
  await write('POST', path, given)
  await invalidate('site:me')
  await goto(ownPath(to, location.origin))
}
