import { config } from '#web/server/config.ts'
import type { PageServerLoad } from './$types'
import { senderOf } from './sender-of.ts'

/** Known to the server only, and only of a visitor's first page; so the player is never loaded a second time for it. */
export const load: PageServerLoad = ({ request, url }) => ({
  cameFrom: senderOf(request.headers.get('referer') ?? '', config.ORIGIN ? new URL(config.ORIGIN).origin : url.origin),
})
