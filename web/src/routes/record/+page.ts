import { requireMe } from '#web/require-me.ts'
import type { PageLoad } from './$types'

export const load: PageLoad = async ({ parent, url }) => ({ me: requireMe((await parent()).me, url) })
