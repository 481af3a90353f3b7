import { ERRORS } from '@tus/server'
import type { Response } from 'express'
import type { UploadPart } from '#contract/upload-parts.ts'
import type { DiskUploads } from './disk-uploads.ts'
import { expiryOf, isExpired } from './patch-on-disk.ts'
import type { UploadLocks } from './upload-locks.ts'
import { uploadReceiver } from './upload-receiver.ts'

interface HeadOptions {
  uploads: DiskUploads
  locks: UploadLocks
  /** Throws where the upload is not for this person. */
  requireOwn(uploadId: string): Promise<void>
  /** What a fault is answered with. */
  explain(error: object): { status_code: number; body: string }
}

interface Asked {
  uploadId: string
  part: UploadPart
}

/** How far a part is. Whoever still sends it over a line that its sender has given up is asked to let go first. */
export async function headPart(options: HeadOptions, response: Response, asked: Asked): Promise<void> {
  response.set({ 'Tus-Resumable': '1.0.0', 'Cache-Control': 'no-store' })
  try {
    await options.requireOwn(asked.uploadId)
    const { upload } = await readPart(options, response, asked)
    if (isExpired(upload, options.uploads)) throw ERRORS.FILE_NO_LONGER_EXISTS
    const lengths = { 'Upload-Offset': String(upload.offset), 'Upload-Length': String(upload.size) }
    response.status(200).set({ ...lengths, ...expiryOf(upload, options.uploads) })
  } catch (error) {
    response.status(options.explain(error as object).status_code)
  }
  response.end()
}

async function readPart({ uploads, locks }: HeadOptions, response: Response, { uploadId, part }: Asked) {
  const receiver = uploadReceiver(uploads, uploadId, part)
  const leaving = new AbortController()
  const leave = () => leaving.abort()
  response.once('close', leave)
  try {
    return await locks.during(receiver.lockId, receiver.find, leaving)
  } finally {
    response.off('close', leave)
  }
}
