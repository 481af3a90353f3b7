import express, { type Express, json } from 'express'
import helmet from 'helmet'
import { accountRoutes } from './accounts/account-routes.ts'
import { createViewerHasher } from './accounts/viewer-hash.ts'
import { alertLinks } from './alerts/alert-links.ts'
import { alertRoutes } from './alerts/alert-routes.ts'
import { captionRoutes } from './captions/caption-routes.ts'
import type { Context } from './context.ts'
import { discoveryRoutes, noteUnfurlers } from './discovery/discovery-routes.ts'
import { oembedRoutes } from './discovery/oembed-routes.ts'
import { docsRoutes } from './docs/docs-routes.ts'
import { createEmbedRouter } from './embed/embed-routes.ts'
import { healthRoutes } from './health.ts'
import { answerErrors, answerNotFound } from './http/answer-errors.ts'
import { refuseCrossSite } from './http/refuse-cross-site.ts'
import { importRoutes } from './imports/import-routes.ts'
import { keyGate } from './keys/key-gate.ts'
import { keyRoutes } from './keys/key-routes.ts'
import { pictureRoutes } from './pictures/picture-routes.ts'
import { createEmbedPolicies } from './policies/embed-policies.ts'
import { policyRoutes } from './policies/policy-routes.ts'
import { erasureRoutes } from './privacy/erasure-routes.ts'
import { privacyRoutes } from './privacy/privacy-routes.ts'
import { shareLinkRoutes } from './share-links/share-link-routes.ts'
import { sharedViewsRoutes } from './share-links/shared-views.ts'
import { mountSite } from './site/mount-site.ts'
import type { ResumableUploads } from './uploads/resumable.ts'
import { uploadRoutes } from './uploads/upload-routes.ts'
import { downloadRoutes } from './videos/download-routes.ts'
import { embedDependencies } from './videos/embed-dependencies.ts'
import { videoRoutes } from './videos/video-routes.ts'
import { viewsRoutes } from './views/views-routes.ts'
import { feedRoutes } from './vpubs/feed-routes.ts'
import { vpubRoutes } from './vpubs/vpub-routes.ts'

/** Everything that answers on the site's own origin, in the order in which requests meet it. */
export async function createApp(context: Context, resumable: ResumableUploads, internalUrl: string): Promise<Express> {
  const { config, logger, accounts, catalog } = context
  const app = express()
  app.set('trust proxy', config.TRUSTED_PROXIES)
  app.disable('x-powered-by')

  const policies = createEmbedPolicies(catalog.database)

  app.use(healthRoutes(context))
  app.use(createEmbedRouter(embedDependencies(context, createViewerHasher(catalog), policies)))
  app.use(feedRoutes(context), alertLinks(context), oembedRoutes(context), privacyRoutes(context))

  // Whether the owner's whole domain is https for a year is his proxy's word to say, not ours.
  const headers = { contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } }, strictTransportSecurity: false }
  app.use('/api', helmet(headers))
  app.use('/api', keyGate(catalog))
  app.use('/api', refuseCrossSite(new URL(config.PUBLIC_URL).origin))
  // Read here, because the library behind would read bodies of any size into memory.
  app.all('/api/auth/*rest', json({ limit: '32kb' }), accounts.handler)
  app.use(uploadRoutes(context, resumable))
  // In front of the limit for everything else: captions of a film are larger.
  app.use('/api', captionRoutes(context))
  app.use('/api', json({ limit: '100kb' }))
  app.use('/api', accountRoutes(context), videoRoutes(context), viewsRoutes(context), vpubRoutes(context))
  app.use('/api', alertRoutes(context), keyRoutes(context), shareLinkRoutes(context), sharedViewsRoutes(context))
  app.use('/api', policyRoutes(context, policies), discoveryRoutes(context), erasureRoutes(context))
  app.use('/api', importRoutes(context), pictureRoutes(context), downloadRoutes(context), docsRoutes(context))
  app.use('/api', answerNotFound)

  app.get('/watch/:id', noteUnfurlers(context))
  await mountSite(app, config, internalUrl)
  app.use(answerErrors(logger))
  return app
}
