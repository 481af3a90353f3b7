import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Express, RequestHandler } from 'express'
import { StartError } from '../../program/read-config.ts'
import { type ApiConfig, tellSite } from '../config.ts'
import { originOf } from '../media-address.ts'

/** Puts the built pages behind everything else. While they render they ask this same API at its own address. */
export async function mountSite(app: Express, config: ApiConfig, internalUrl: string): Promise<void> {
  const entry = resolve(config.SITE_BUILD, 'handler.js')
  if (!existsSync(entry)) throw new StartError(`The pages are not built (${entry} is missing); run: npm run build`)
  tellSite({
    API_INTERNAL_URL: internalUrl,
    MEDIA_ORIGIN: originOf(config.MEDIA_URL) ?? '',
    PROTOCOL_HEADER: 'x-forwarded-proto',
    HOST_HEADER: 'x-forwarded-host',
    // Pages take no bodies: all writing goes to the API.
    BODY_SIZE_LIMIT: '64K',
  })
  const { handler } = (await import(pathToFileURL(entry).href)) as { handler: RequestHandler }
  app.use(nameVisitorsOrigin, handler)
}

/** The site reads these headers as they are; Express has worked out which proxy's word about them counts. */
const nameVisitorsOrigin: RequestHandler = (request, _response, next) => {
  request.headers['x-forwarded-proto'] = request.protocol
  request.headers['x-forwarded-host'] = request.host
  next()
}
