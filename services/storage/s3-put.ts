import type { Readable } from 'node:stream'
import type { HeadObjectCommandOutput, S3Client } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { nameOf, s3Error } from './s3-errors.ts'
import { checkedBody } from './size-check.ts'

export interface S3Put {
  client: S3Client
  object: { Bucket: string; Key: string }
  body: Readable | Uint8Array
  /** Kept with the object, so that afterwards it can be told from an earlier one of the same key and size. */
  putId: string
  contentType?: string
  sizeBytes?: number
}

/**
 * Sends the body in bounded parts, repeating each where the store fails; resolves with how many bytes were sent. The
 * caller looks whether the object is there. An error of the body is thrown as it is, and its parts are given up.
 */
export async function s3Put(put: S3Put): Promise<number> {
  const body = checkedBody(put.body, put.sizeBytes)
  try {
    await uploadOf(put, body).done()
  } catch (error) {
    if (body.errored) throw body.errored
    body.destroy()
    // A repeated "complete" whose first answer was lost finds no upload any more: the caller's look decides.
    if (nameOf(error) !== 'NoSuchUpload') throw s3Error(error)
  }
  return body.seenBytes
}

export function putIdOf(stored: HeadObjectCommandOutput): string | undefined {
  return stored.Metadata?.['put-id']
}

// S3's limits: parts of at least 5 MiB (but the last), at most 10,000 of them.
const partBytes = 8 * 1024 * 1024
const maxParts = 10_000
// With the part that is being collected: 32 MiB of memory per put.
const partsAtOnce = 3

function uploadOf({ client, object, putId, contentType, sizeBytes = 0 }: S3Put, stream: Readable): Upload {
  return new Upload({
    client,
    params: { ...object, Body: stream, ContentType: contentType, Metadata: { 'put-id': putId } },
    partSize: Math.max(partBytes, Math.ceil(sizeBytes / maxParts)),
    queueSize: partsAtOnce,
  })
}
