import { acceptUpload } from '#catalog/accept-upload.ts'
import { requireQuotaBeside } from '#catalog/unfinished-uploads.ts'
import { AppError } from '#contract/errors.ts'
import type { Context } from '../context.ts'
import { asAppError } from '../http/answer-errors.ts'
import { findAccepted } from '../uploads/accept-resumable.ts'
import { dropUpload } from '../uploads/drop-upload.ts'
import { quotaOf } from '../uploads/quota-of.ts'
import { requireRoom } from '../uploads/require-room.ts'
import type { UploadPlace } from '../uploads/upload-place.ts'
import {
  type ClaimedImport,
  failImport,
  finishImport,
  forgetBytes,
  type HeldImport,
  postponeImport,
  releaseImport,
} from './claim-import.ts'
import { fetchFile, type Received } from './fetch-file.ts'
import { fileNameOf } from './file-name-of.ts'
import { holdImport, Lost, Stopping } from './hold-import.ts'
import { importFault, isOursAway, isPassing } from './import-faults.ts'
import type { ImportLimits } from './import-limits.ts'
import { createPatience } from './resuming-body.ts'

export interface ImportParts extends Pick<Context, 'catalog' | 'config' | 'logger' | 'storage'> {
  place: UploadPlace
  limits: ImportLimits
}

// A file that ends its process again and again has to end too.
const mostTries = 5

/** One claimed import to its end: the bytes in storage and the video queued, or a failure that its owner reads. Never rejects. */
export async function runImport(parts: ImportParts, row: ClaimedImport, held: HeldImport, stopping: AbortSignal) {
  const { logger, catalog } = parts
  const received: Received = {
    uploadId: row.upload_id,
    validator: row.validator,
    totalBytes: row.total_bytes === null ? null : Number(row.total_bytes),
    receivedBytes: Number(row.received_bytes),
  }
  const holding = holdImport(parts, row, held, received, stopping)
  try {
    await fetchAndAccept(parts, row, received, holding)
    await finishImport(catalog.database, held, received.receivedBytes)
  } catch (error) {
    holding.end()
    await endWith(error, parts, row, held, received).catch((err) =>
      logger.warn({ err, importId: row.id }, 'could not end an import; it is tried again'),
    )
  } finally {
    holding.end()
  }
}

type Holding = ReturnType<typeof holdImport>

async function fetchAndAccept(parts: ImportParts, row: ClaimedImport, received: Received, holding: Holding) {
  const { place, config, limits, catalog } = parts
  const { signal } = holding
  const { uploadId } = received
  // A former process was killed right after the video got its bytes.
  if (uploadId && (await findAccepted(parts, uploadId, row.owner_id))) return place.forget(uploadId)
  if (row.tries > mostTries) throw new AppError('import_breaks')
  const filename = fileNameOf(row.url)
  const upload = await fetchFile({
    place,
    received,
    metadata: { ownerId: row.owner_id, videoId: row.video_id, filename, importId: row.id },
    drop: (id) => dropUpload(parts, place, id),
    remote: { url: row.url, limits, signal, patience: createPatience(limits.pausesMs, signal) },
    onBegin: () => holding.renew(),
    async requireSpace(bytes) {
      await requireRoom(config, bytes)
      await ofDatabase(requireOwnersSpace(parts, row, received, bytes))
    },
  })
  received.receivedBytes = upload.offset
  // Not to be broken off from here on: the bytes are here.
  await ofDatabase(holding.renew())
  const sourceKey = await place.takeOver(upload).catch((error) => {
    throw place.explain(error)
  })
  const accepting = acceptUpload(catalog, {
    uploadId: received.uploadId!,
    ownerId: row.owner_id,
    sourceKey,
    sizeBytes: upload.offset,
    fileName: filename,
    title: row.title,
    visibility: 'private',
    videoId: row.video_id,
    quota: quotaOf(config),
  })
  await ofDatabase(accepting)
  await place.forget(received.uploadId!)
}

async function requireOwnersSpace(
  { catalog, config }: ImportParts,
  row: ClaimedImport,
  received: Received,
  more: number,
) {
  const { uploadId, receivedBytes } = received
  const arriving = { ownerId: row.owner_id, uploadId: uploadId ?? '', bytes: receivedBytes + more }
  await requireQuotaBeside(catalog.database, arriving, quotaOf(config))
}

/** So that a database that is away is not taken for the other site's fault. */
async function ofDatabase<Answer>(asking: Promise<Answer>): Promise<Answer> {
  return asking.catch((error) => {
    throw error instanceof Lost ? error : asAppError(error)
  })
}

async function endWith(error: unknown, parts: ImportParts, row: ClaimedImport, held: HeldImport, received: Received) {
  const { catalog, logger, place } = parts
  if (error instanceof Stopping) return releaseImport(catalog.database, held)
  // Another process has it now, and the bytes with it.
  if (error instanceof Lost && !error.isCancelled) return
  const { uploadId } = received
  // The last word of the database may have been lost on its way: what became a video is not taken from it.
  if (uploadId && (await findAccepted(parts, uploadId, row.owner_id))) {
    await place.forget(uploadId)
    return finishImport(catalog.database, held, received.receivedBytes)
  }
  if (isOursAway(error)) {
    logger.warn({ err: error, importId: row.id }, 'a store is away; the import is gone on with afterwards')
    return postponeImport(catalog.database, held, parts.limits.awayMs)
  }
  const fault = importFault(error) ?? new AppError('import_unreachable', undefined, { cause: error })
  const isKept = !(error instanceof Lost) && isWorthKeeping(fault, received)
  if (uploadId && !isKept) await dropUpload(parts, place, uploadId)
  if (error instanceof Lost) return forgetBytes(catalog.database, held.id)
  if (fault.status >= 500) logger.error({ err: error, importId: row.id }, 'import failed')
  const { validator, receivedBytes } = received
  const kept = { upload_id: uploadId, validator, received_bytes: receivedBytes }
  await failImport(catalog.database, held, fault, isKept ? kept : undefined)
}

const leastKeptBytes = 1024 * 1024

/** Who tries again within a day goes on there, where the other site can name the very same bytes. */
function isWorthKeeping(fault: AppError, { validator, receivedBytes }: Received): boolean {
  return isPassing(fault) && validator !== null && receivedBytes >= leastKeptBytes
}
