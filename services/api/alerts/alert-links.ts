import { Router, urlencoded } from 'express'
import { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import { unsubscribe } from './alert-settings.ts'
import { newSitesFeed } from './new-sites-feed.ts'
import { newestNotifications } from './notifications.ts'

const mostFeedItems = 100

/** What is reached from outside with nothing but a secret address: by a reader of feeds, and out of a mail. */
export function alertLinks({ catalog, config }: Context): Router {
  const { database } = catalog
  const router = Router()

  router.get('/feeds/new-sites/:file', async (request, response) => {
    const secret = /^([\w-]{1,64})\.xml$/.exec(request.params.file)?.[1]
    const owner = secret ? await findOwner(secret) : undefined
    if (!owner) throw new AppError('not_found')
    const items = await newestNotifications(database, owner.user_id)
      .where('kind', '=', 'new-site')
      .limit(mostFeedItems)
      .execute()
    const feedUrl = new URL(request.path, config.PUBLIC_URL).href
    // Express adds an ETag and answers 304 where the reader has it all already.
    response.set('Cache-Control', 'private, max-age=60').type('application/rss+xml').send(newSitesFeed(feedUrl, items))
  })

  // The same address shows a page with one button; asking for it changes nothing, for mail scanners open every link.
  router.post(
    '/settings/alerts/unsubscribe/:secret',
    urlencoded({ limit: '1kb', extended: false }),
    async (request, response) => {
      if (!(await unsubscribe(database, request.params.secret))) throw new AppError('not_found')
      // Programs that press for their user (RFC 8058) are not to be sent on; people are.
      if (request.body?.['List-Unsubscribe'] === 'One-Click') response.type('text/plain').send('No more mails.\n')
      else response.redirect(303, `${request.path}?done=1`)
    },
  )

  function findOwner(secret: string) {
    return database.selectFrom('alert_settings').select('user_id').where('feed_secret', '=', secret).executeTakeFirst()
  }

  return router
}
