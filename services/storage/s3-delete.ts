import {
  AbortMultipartUploadCommand,
  type AbortMultipartUploadCommandInput,
  DeleteObjectsCommand,
  ListMultipartUploadsCommand,
  type ListMultipartUploadsCommandOutput,
  type MultipartUpload,
  type S3Client,
} from '@aws-sdk/client-s3'
import { AppError } from '#contract/errors.ts'
import { nameOf, statusOf } from './s3-errors.ts'

/** Deletes one page of keys, at most 1,000. The store answers 200 even where it refused some of them. */
export async function deleteKeys(client: S3Client, bucket: string, keys: string[]): Promise<void> {
  if (keys.length === 0) return
  const Delete = { Quiet: true, Objects: keys.map((Key) => ({ Key })) }
  const { Errors: [first] = [] } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete }))
  if (first) throw new AppError('unavailable', `The storage did not delete ${first.Key} (${first.Code}).`)
}

/** Gives up unfinished multipart uploads of the key and below it: they cost space though no listing of objects shows them. */
export async function abortUploadsUnder(client: S3Client, bucket: string, key: string): Promise<void> {
  await abortUploads(client, bucket, key, ({ Key }) => Key === key || Boolean(Key?.startsWith(`${key}/`)))
}

/** Gives up those unfinished multipart uploads whose keys begin so and that are meant. */
export async function abortUploads(
  client: S3Client,
  bucket: string,
  prefix: string,
  isMeant: (upload: MultipartUpload) => boolean,
): Promise<void> {
  for await (const upload of unfinishedUploads(client, bucket, prefix)) {
    if (isMeant(upload)) await abortUpload(client, { Bucket: bucket, Key: upload.Key, UploadId: upload.UploadId })
  }
}

async function abortUpload(client: S3Client, upload: AbortMultipartUploadCommandInput): Promise<void> {
  try {
    await client.send(new AbortMultipartUploadCommand(upload))
  } catch (error) {
    // It was finished or given up since it was listed.
    if (nameOf(error) !== 'NoSuchUpload') throw error
  }
}

async function* unfinishedUploads(client: S3Client, Bucket: string, Prefix: string): AsyncGenerator<MultipartUpload> {
  for (let marker: { KeyMarker?: string; UploadIdMarker?: string } | null = {}; marker; ) {
    const page: ListMultipartUploadsCommandOutput | null = await client
      .send(new ListMultipartUploadsCommand({ Bucket, Prefix, ...marker }))
      .catch(noneWhereUnknown)
    yield* page?.Uploads ?? []
    marker = page?.IsTruncated ? { KeyMarker: page.NextKeyMarker, UploadIdMarker: page.NextUploadIdMarker } : null
  }
}

/** Some stores can't list them and sweep them by themselves. */
function noneWhereUnknown(error: unknown): null {
  if (nameOf(error) === 'NotImplemented' || statusOf(error) === 501) return null
  throw error
}
