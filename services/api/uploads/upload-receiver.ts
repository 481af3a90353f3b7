import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { ERRORS, Upload } from '@tus/server'
import { AppError } from '#contract/errors.ts'
import { partRange, type UploadPart } from '#contract/upload-parts.ts'
import { diskError } from '#storage/disk-errors.ts'
import { type Appended, appendBody } from './append-body.ts'
import type { DiskUploads, Receiving } from './disk-uploads.ts'
import { partCountOf } from './part-progress.ts'
import { partLockId } from './upload-locks.ts'

/** How far it is that bytes go into, and how long it becomes; and the whole upload, which may be the same. */
export interface Found {
  upload: Upload
  whole: Upload
}

/** What the bytes of one request go into: a whole upload, or one part of it. */
export interface UploadReceiver {
  lockId: string
  /** Its first byte is that of the file. */
  isStart: boolean
  find(): Promise<Found>
  /** Resolves once what it tells of is on disk and noted. */
  receive(body: Readable, whole: Upload, receiving: Receiving): Promise<Appended>
}

export function uploadReceiver(uploads: DiskUploads, id: string, part: UploadPart | undefined): UploadReceiver {
  return part ? partReceiver(uploads, id, part) : wholeReceiver(uploads, id)
}

function wholeReceiver(uploads: DiskUploads, id: string): UploadReceiver {
  return {
    lockId: id,
    isStart: true,
    async find() {
      const upload = await uploads.getUpload(id)
      if (partCountOf(upload) > 0)
        throw new AppError('bad_request', 'This upload is sent in parts; send each to its own address.')
      return { upload, whole: upload }
    },
    receive: (body, _whole, receiving) => uploads.receive(body, id, receiving),
  }
}

function partReceiver(uploads: DiskUploads, id: string, part: UploadPart): UploadReceiver {
  const { progress } = uploads
  return {
    lockId: partLockId(id, part.number),
    isStart: part.number === 1,
    async find() {
      const whole = await uploads.getUpload(id)
      if (partCountOf(whole) !== part.count) throw ERRORS.FILE_NOT_FOUND
      const { startByte, endByte } = partRange(whole.size!, part)
      const offset = await progress.read(id, part.number)
      return { upload: new Upload({ ...whole, size: endByte - startByte, offset }), whole }
    },
    async receive(body, whole, { offset, checksum, growth, mostBytes, signal }) {
      const { startByte } = partRange(whole.size!, part)
      // Of the others, what they have brought by then.
      const requireGrowth =
        growth &&
        (async (writtenBytes: number) => growth.require(id, (await progress.sum(id, part.count)) + writtenBytes, 0))
      const appending = { offset: startByte + offset, mostBytes, signal, checksum, requireGrowth }
      try {
        const appended = await appendBody(body, join(uploads.directory, id), appending)
        // Bytes behind what is noted were never told: a kill before this has them sent again.
        // It is not gone meanwhile: whoever takes an upload away has the locks of all its parts.
        if (appended.writtenBytes > 0) await progress.note(id, part.number, offset + appended.writtenBytes)
        return appended
      } catch (error) {
        throw diskError(error)
      }
    },
  }
}
