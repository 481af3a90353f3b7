import { Router } from 'express'
import type { Context } from '../context.ts'
import { docsPage, docsPolicy } from './docs-page.ts'
import { openApiDocument } from './openapi.ts'

/** The API described, for machines and for people; for everybody, and kept by caches for a while. */
export function docsRoutes({ config }: Pick<Context, 'config'>): Router {
  const router = Router()
  const document = openApiDocument(config.PUBLIC_URL)
  const page = docsPage(config.PUBLIC_URL)

  router.get('/openapi.json', (_request, response) => {
    // Any tool may read it from any page: it says nothing that is anybody's.
    response.set({ 'Cache-Control': 'public, max-age=300', 'Access-Control-Allow-Origin': '*' }).json(document)
  })

  router.get('/docs', (_request, response) => {
    response
      .set({ 'Cache-Control': 'public, max-age=300', 'Content-Security-Policy': docsPolicy })
      .type('html')
      .send(page)
  })

  return router
}
