import { randomBytes } from 'node:crypto'
import { Router } from 'express'
import type { Context } from '../context.ts'
import { privacyFacts } from './privacy-facts.ts'
import { privacyPage } from './privacy-page.ts'

/**
 * `GET /embed/:id/privacy`: what is stored of a play, as a page, or as JSON where that is asked for. It says the same of
 * every video, and so it tells nothing about whether there is one.
 */
export function privacyRoutes({ config }: Pick<Context, 'config'>): Router {
  const router = Router()
  router.get(['/embed/:id/privacy', '/privacy'], (request, response) => {
    const keepDays = config.PLAYS_KEEP_DAYS
    response.vary('Accept').vary('Accept-Language').set({
      'Cache-Control': 'public, max-age=3600',
      'X-Content-Type-Options': 'nosniff',
    })
    if (request.query.format === 'json' || request.accepts(['html', 'json']) === 'json') {
      response.set('Access-Control-Allow-Origin', '*').json(privacyFacts(keepDays))
      return
    }
    const nonce = randomBytes(16).toString('base64')
    const language = request.get('Accept-Language')
    const page = privacyPage({ language, keepDays, nonce, homeUrl: '/', jsonUrl: '?format=json' })
    response
      .set(
        'Content-Security-Policy',
        `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`,
      )
      .type('html')
      .send(page)
  })
  return router
}
