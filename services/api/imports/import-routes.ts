import { type Request, Router } from 'express'
import { requireQuota } from '#catalog/quota.ts'
import { AppError } from '#contract/errors.ts'
import { newImportSchema, type VideoImport } from '#contract/imports.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { streamChanges } from '../http/server-sent-events.ts'
import { quotaOf } from '../uploads/quota-of.ts'
import { titleOf } from '../uploads/upload-source.ts'
import { deleteVideo } from '../videos/delete-video.ts'
import { requireOwn } from '../videos/require-video.ts'
import { checkAddress } from './check-address.ts'
import { fileNameOf } from './file-name-of.ts'
import { importLimits } from './import-limits.ts'
import { presentImport } from './present-import.ts'
import { createImport, findImport, listImports, retryImport } from './stored-imports.ts'

export function importRoutes(context: Context): Router {
  const { accounts, catalog, config } = context
  const { database } = catalog
  const limits = importLimits(config)
  const router = Router()

  router.post('/imports', async (request, response) => {
    const me = await requireReader(accounts, request)
    const wish = newImportSchema.parse(request.body)
    const url = checkAddress(wish.url, limits)
    const filename = fileNameOf(url.href)
    const title = titleOf({ title: wish.title ?? (filename ? undefined : url.hostname), filename })
    await requireQuota(database, me.id, 0, quotaOf(config))
    const videoId = await createImport(database, {
      ownerId: me.id,
      url,
      title,
      visibility: wish.visibility,
      idempotencyKey: keyOf(request),
      perHour: config.IMPORTS_PER_HOUR,
    })
    context.imports.wake()
    response
      .status(202)
      .location(`/api/imports/${videoId}`)
      .json(await readImport(videoId))
  })

  router.get('/imports', async (request, response) => {
    const me = await requireReader(accounts, request)
    const items = (await listImports(database, me.id)).map(presentImport)
    response.set('Cache-Control', 'private, no-store').json({ items, next: null })
  })

  router.get('/imports/:id', async (request, response) => {
    const { video } = await requireOwn(context, request)
    response.set('Cache-Control', 'private, no-store').json(await readImport(video.id))
  })

  router.get('/imports/:id/progress', async (request, response) => {
    const { video } = await requireOwn(context, request)
    await streamChanges<VideoImport>(request, response, {
      read: () => readImport(video.id),
      isLast: ({ state }) => state === 'stored' || state === 'failed',
      fingerprint: (one) => JSON.stringify(one),
      everyMs: 1_000,
    })
  })

  router.post('/imports/:id/retry', async (request, response) => {
    const { video } = await requireOwn(context, request)
    await retryImport(database, video.id, config.IMPORTS_PER_HOUR)
    context.imports.wake()
    response.status(202).json(await readImport(video.id))
  })

  // Whoever fetches it sees within a second that its video is gone, and removes the bytes.
  router.delete('/imports/:id', async (request, response) => {
    const { video } = await requireOwn(context, request)
    const { state } = await findImport(database, video.id)
    if (state === 'stored') throw new AppError('import_arrived')
    await deleteVideo(context, video)
    response.status(204).end()
  })

  async function readImport(videoId: string): Promise<VideoImport> {
    return presentImport(await findImport(database, videoId))
  }

  return router
}

function keyOf(request: Request): string | null {
  const key = request.get('idempotency-key')
  if (key !== undefined && key.length > 200)
    throw new AppError('bad_request', 'Idempotency-Key: at most 200 characters.')
  return key || null
}
