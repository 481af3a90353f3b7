import { randomUUID } from 'node:crypto'
import type { Request, RequestHandler, Response } from 'express'
import multer from 'multer'
import { keptBytes } from '#catalog/originals.ts'
import { requireQuota } from '#catalog/quota.ts'
import { requireReplaceable } from '#catalog/replace-source.ts'
import { endUpload, noteForm } from '#catalog/unfinished-uploads.ts'
import { AppError } from '#contract/errors.ts'
import { videoIdSchema } from '#contract/ids.ts'
import { requireReader } from '../accounts/accounts.ts'
import type { Context } from '../context.ts'
import { asAppError } from '../http/answer-errors.ts'
import { readAway } from '../http/read-away.ts'
import { firstBytes } from './first-bytes.ts'
import { faultOf, formStorage, onRefusedFile, stopStoring } from './form-storage.ts'
import { quotaOf } from './quota-of.ts'
import { refuseOtherKinds } from './refuse-other-kinds.ts'
import { requireRoom } from './require-room.ts'
import { uploadGrowth } from './upload-growth.ts'
import { growthStepBytes } from './upload-request.ts'

// Of a form beside its file: what is sure to be the file's is asked about before it is sent, the rest afterwards.
const mostOtherBytes = 2 * 1024 * 1024

/** Reads one multipart field `file` straight into storage. Who may not upload shall not fill the disk: he is asked first. */
export function receiveMultipart(context: Context): RequestHandler {
  const { storage, config } = context
  const receive = multer({
    storage: formStorage({ storage, look: async (body) => refuseOtherKinds(await firstBytes(body)) }),
    limits: { fileSize: config.MAX_UPLOAD_BYTES, files: 1, fields: 20, fieldSize: 64 * 1024, fieldNestingDepth: 1 },
    defParamCharset: 'utf8',
  }).single('file')

  return async (request, response, next) => {
    const grow = await requireSpace(context, request, response)
    const mostBytes = config.MAX_UPLOAD_BYTES + mostOtherBytes
    let receivedBytes = 0
    let askAtBytes = growthStepBytes
    let isEnded = false
    const end = (error?: unknown) => {
      if (isEnded) return
      isEnded = true
      request.off('data', count)
      void faultOf(request, error).then(next)
    }
    // The parser of forms reads what it refuses to its end, which may be far, or nowhere.
    const refuse = (error: AppError) => {
      if (isEnded) return
      request.unpipe()
      readAway(request, response)
      end(error)
      stopStoring(request, error)
    }
    const count = (piece: Buffer) => {
      receivedBytes += piece.length
      if (receivedBytes > mostBytes) return refuse(new AppError('file_too_large'))
      if (receivedBytes < askAtBytes) return
      askAtBytes += growthStepBytes
      grow(receivedBytes).catch((error) => refuse(asAppError(error)))
    }
    onRefusedFile(request, refuse)
    receive(request, response, end)
    request.on('data', count)
  }
}

/** Asks for room and quota. Gives what asks again while the form comes, and notes it, so that other uploads count it. */
async function requireSpace(context: Context, request: Request, response: Response) {
  const { accounts, catalog, config, logger } = context
  const { database } = catalog
  const me = await requireReader(accounts, request)
  const bodyBytes = Number(request.get('content-length') ?? 0)
  if (bodyBytes > config.MAX_UPLOAD_BYTES + mostOtherBytes) {
    readAway(request, response)
    throw new AppError('file_too_large')
  }
  await requireRoom(config, bodyBytes)
  const replacedId = replacedIdOf(request)
  const replaced = replacedId && (await requireReplaceable(database, replacedId, me.id))
  const keeper = replaced ? replaced.owner_id : me.id
  const replacedBytes = replaced ? keptBytes(replaced) : undefined
  await requireQuota(database, keeper, Math.max(0, bodyBytes - mostOtherBytes), quotaOf(config), replacedBytes)

  const id = `form-${randomUUID()}`
  const growth = uploadGrowth(context)
  let noting: Promise<void> | undefined
  response.once('close', () => {
    noting
      ?.then(() => endUpload(database, id))
      .catch((error) => logger.warn({ err: error }, 'a form is still noted; it is forgotten by the hour'))
  })
  return async (receivedBytes: number) => {
    // Again each time, since notes are forgotten by the hour and a form may take longer.
    noting = noteForm(database, { id, ownerId: me.id, replaces: replacedId })
    await noting
    await growth.require(id, receivedBytes, 0)
  }
}

/** The video whose file this one replaces: a field of the form or, so that it is known before the file, of the query. */
export function replacedIdOf({ body, query }: Pick<Request, 'body' | 'query'>): string | undefined {
  const given: unknown = body?.replaces ?? query.replaces
  if (given === undefined) return undefined
  const id = videoIdSchema.safeParse(given)
  if (!id.success) throw new AppError('not_found')
  return id.data
}
