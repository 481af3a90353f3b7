import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Express, RequestHandler } from 'express'
import { StartError } from '../../program/read-config.ts'
import type { ApiConfig } from '../config.ts'

/** Puts the built pages behind everything else. While they render they ask this same API at its own address. */
export async function mountSite(app: Express, config: ApiConfig, internalUrl: string): Promise<void> {
  const entry = resolve(config.SITE_BUILD, 'handler.js')
  if (!existsSync(entry)) throw new StartError(`The pages are not built (${entry} is missing); run: npm run build`)
  // The built site reads these when it is loaded; there is no other way to hand them over.
  Object.assign(process.env, siteEnvironment(config, internalUrl))
  const { handler } = (await import(pathToFileURL(entry).href)) as { handler: RequestHandler }
  app.use(handler)
}

function siteEnvironment(config: ApiConfig, internalUrl: string): Record<string, string> {
  return {
    API_INTERNAL_URL: internalUrl,
    PROTOCOL_HEADER: 'x-forwarded-proto',
    HOST_HEADER: 'x-forwarded-host',
    ORIGIN: new URL(config.PUBLIC_URL).origin,
    // Pages take no bodies: all writing goes to the API.
    BODY_SIZE_LIMIT: '64K',
  }
}
