import { config } from '#web/server/config.ts'
import type { LayoutServerLoad } from './$types'

export const load: LayoutServerLoad = ({ locals, url }) => ({
  lang: locals.lang,
  theme: locals.theme,
  origin: config.ORIGIN ? new URL(config.ORIGIN).origin : url.origin,
})
