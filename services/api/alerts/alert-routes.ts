import { type Request, Router } from 'express'
import { z } from 'zod'
import {
  type AlertSettingsAnswer,
  alertSettingsSchema,
  readNotificationsSchema,
  renewSecretSchema,
} from '#contract/alerts.ts'
import { AppError } from '#contract/errors.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { openSettings, renewSecret, saveSettings } from './alert-settings.ts'
import { countUnread, listNotifications, markRead } from './notifications.ts'
import { lastWebhook, testWebhook } from './webhook-results.ts'

const cursorSchema = z.string().regex(/^\d{1,18}$/, 'The cursor is not one of ours; ask for the first page again.')

/** What happened to the reader's own videos, and how else to hear of it. */
export function alertRoutes({ accounts, catalog, config }: Context): Router {
  const { database } = catalog
  const router = Router()

  router.get('/me/notifications', async (request, response) => {
    const me = await requireReader(accounts, request)
    const cursor = request.query.cursor ? cursorSchema.parse(request.query.cursor) : null
    response.set(neverStored).json(await listNotifications(database, me.id, cursor))
  })

  router.get('/me/notifications/unread', async (request, response) => {
    const me = await requireReader(accounts, request)
    response.set(neverStored).json({ unread: await countUnread(database, me.id) })
  })

  router.post('/me/notifications/read', async (request, response) => {
    const me = await requireReader(accounts, request)
    await markRead(database, me.id, readNotificationsSchema.parse(request.body))
    response.json({ unread: await countUnread(database, me.id) })
  })

  router.get('/me/alert-settings', async (request, response) => {
    response.set(neverStored).json(await answer(request))
  })

  router.put('/me/alert-settings', async (request, response) => {
    const me = await requireReader(accounts, request)
    await saveSettings(database, me.id, alertSettingsSchema.parse(request.body))
    response.json(await answer(request))
  })

  router.post('/me/alert-settings/renew', async (request, response) => {
    const me = await requireReader(accounts, request)
    await renewSecret(database, me.id, renewSecretSchema.parse(request.body))
    response.json(await answer(request))
  })

  router.post('/me/alert-settings/test-webhook', async (request, response) => {
    const me = await requireReader(accounts, request)
    const { webhook_url } = await openSettings(database, me.id)
    if (webhook_url === '') throw new AppError('bad_request', 'Save a webhook address first, then test it.')
    response.json(await testWebhook(database, me.id))
  })

  async function answer(request: Request): Promise<AlertSettingsAnswer> {
    const me = await requireReader(accounts, request)
    const settings = await openSettings(database, me.id)
    return {
      mail: settings.mail,
      webhookUrl: settings.webhook_url,
      webhookSecret: settings.webhook_secret,
      feedUrl: new URL(`/feeds/new-sites/${settings.feed_secret}.xml`, config.PUBLIC_URL).href,
      canMail: config.CAN_MAIL,
      lastWebhook: await lastWebhook(database, me.id),
    }
  }

  return router
}

const neverStored = { 'Cache-Control': 'private, no-store' }
