import { fileURLToPath } from 'node:url'

/** The built pages: those of `npm run build`, or of another place. */
export const siteBuild = process.env.SITE_BUILD ?? fileURLToPath(new URL('../../web/build', import.meta.url))
