import { read } from '#web/api/read.ts'
import type { PageLoad } from './$types'

/** Set up once, the site has its administrator, and the link is no way in any more. */
export const load: PageLoad = async ({ fetch }) => ({ setup: await read<{ isOpen: boolean }>(fetch, '/api/setup') })
