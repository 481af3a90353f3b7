import assert from 'node:assert/strict'
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListPartsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { openStorage } from '../open-storage.ts'
import { nameOf } from '../s3-errors.ts'
import { s3Settings } from '../s3-settings.ts'
import { bytesOf, listed, type StorageCase, type StorageTrial, someBytes } from './storage-case.ts'

const resuming = 'Uploads could not be resumed after an interruption.'
const hidden = 'Broken uploads would cost space that no list shows. Give the bucket a lifecycle rule that aborts them.'
const dark = 'A wrong STORAGE_URL would be hard to find.'

/** What only a bucket has: parts, pages, credentials. Resumable uploads speak to it without our adapter. */
export const s3Cases: StorageCase[] = [
  s3Case('the type of the content is kept, and what we note beside it', 'Some players would refuse a CDN’s answers.', {
    async run({ client, object }) {
      const kind = { ContentType: 'video/mp4', Metadata: { 'put-id': 'a1-b2' } }
      await client.send(new PutObjectCommand({ ...object('kind'), Body: 'x', ...kind }))
      const { ContentType, Metadata } = await client.send(new HeadObjectCommand(object('kind')))
      assert.deepEqual({ ContentType, Metadata }, kind)
    },
  }),
  s3Case('a list goes on from page to page', 'Of a large video only a part would be deleted.', {
    async run({ client, object, storage, at }) {
      const keys = Array.from({ length: 5 }, (_, index) => at(`pages/${index}`))
      for (const key of keys) await storage.put(key, Buffer.from('x'))
      const { Bucket, Key } = object('pages/')
      const seen: string[] = []
      for (let ContinuationToken: string | undefined, page = 0; page < 5; page++) {
        const answer = await client.send(
          new ListObjectsV2Command({ Bucket, Prefix: Key, MaxKeys: 2, ContinuationToken }),
        )
        seen.push(...(answer.Contents ?? []).map(({ Key: found = '' }) => found))
        ContinuationToken = answer.NextContinuationToken
        if (!ContinuationToken) break
      }
      assert.deepEqual(
        seen,
        keys.map((key) => object(key.slice(at('').length)).Key),
      )
    },
  }),
  s3Case('several objects are deleted by one request', 'Deleting would take very long, or not happen.', {
    async run(trial) {
      const { client, object, storage, at } = trial
      for (const name of ['some/1', 'some/2', 'some/3']) await storage.put(at(name), Buffer.from('x'))
      const Objects = ['some/1', 'some/2', 'some/missing'].map((name) => ({ Key: object(name).Key }))
      const { Errors = [] } = await client.send(
        new DeleteObjectsCommand({ Bucket: object('').Bucket, Delete: { Quiet: true, Objects } }),
      )
      assert.deepEqual(Errors, [])
      assert.deepEqual(
        (await listed(trial, at('some'))).map(({ key }) => key),
        [at('some/3')],
      )
    },
  }),
  s3Case(
    'parts that were sent are listed with their sizes, and become one object in the order of their numbers',
    resuming,
    {
      async run(trial) {
        const { client, object, at } = trial
        const upload = await begin(trial, 'resumed')
        const parts = [someBytes(5 * 1024 * 1024), Buffer.from('the last part may be short')]
        for (const PartNumber of [2, 1]) {
          await client.send(new UploadPartCommand({ ...upload, PartNumber, Body: parts[PartNumber - 1] }))
        }
        const { Parts = [] } = await client.send(new ListPartsCommand(upload))
        assert.deepEqual(
          Parts.map(({ PartNumber, Size }) => [PartNumber, Size]),
          parts.map((part, index) => [index + 1, part.length]),
        )
        const MultipartUpload = { Parts: Parts.map(({ PartNumber, ETag }) => ({ PartNumber, ETag })) }
        await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }))
        assert.equal((await client.send(new HeadObjectCommand(object('resumed')))).ContentLength, sizeOf(parts))
        assert.ok((await bytesOf(trial, at('resumed'))).equals(Buffer.concat(parts)), 'other bytes came back')
      },
    },
  ),
  s3Case('a part that is sent again replaces the first', resuming, {
    async run(trial) {
      const { client, at } = trial
      const upload = await begin(trial, 'repeated')
      await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'wrong' }))
      const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'right' }))
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] }
      await client.send(new CompleteMultipartUploadCommand({ ...upload, MultipartUpload }))
      assert.equal((await bytesOf(trial, at('repeated'))).toString(), 'right')
    },
  }),
  s3Case('nothing of an unfinished upload is seen, and it can be given up', hidden, {
    async run(trial) {
      const { client, storage, at } = trial
      const upload = await begin(trial, 'unfinished')
      await client.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'x' }))
      assert.equal(await storage.head(at('unfinished')), null)
      await client.send(new AbortMultipartUploadCommand(upload))
      await assert.rejects(client.send(new ListPartsCommand(upload)), (error) => nameOf(error) === 'NoSuchUpload')
    },
  }),
  s3Case('unfinished uploads are listed, and go with their prefix', hidden, {
    async run(trial) {
      const { client, object, storage, at } = trial
      await begin(trial, 'left/behind')
      const unfinished = async () => {
        const { Bucket, Key: Prefix } = object('left/')
        const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket, Prefix }))
        return Uploads.length
      }
      assert.equal(await unfinished(), 1)
      await storage.deletePrefix(at('left'))
      assert.equal(await unfinished(), 0)
    },
  }),
  s3Case(
    'a clock that is half an hour wrong is noticed and put right',
    'A server with a wrong clock could not store anything.',
    {
      async run({ url, object }) {
        const client = new S3Client({ ...s3Settings(url).clientConfig, systemClockOffset: 30 * 60_000 })
        await client.send(new PutObjectCommand({ ...object('skewed'), Body: 'x' })).finally(() => client.destroy())
      },
    },
  ),
  s3Case('wrong credentials are named as such', dark, {
    run: ({ url }) => expectSentence(withCredentials(url), /refuses our credentials/),
  }),
  s3Case('a bucket that does not exist is named as such', dark, {
    run: ({ url }) => expectSentence(withBucket(url), /bucket does not exist|refuses our credentials/),
  }),
]

interface S3Trial extends StorageTrial {
  client: S3Client
  object(name: string): { Bucket: string; Key: string }
}

/** A case with a client of its own, which is closed afterwards. */
function s3Case(title: string, otherwise: string, { run }: { run(trial: S3Trial): Promise<void> }): StorageCase {
  return {
    title,
    otherwise,
    async run(trial) {
      const { clientConfig, bucket: Bucket, prefix } = s3Settings(trial.url)
      const client = new S3Client(clientConfig)
      const object = (name: string) => ({ Bucket, Key: `${prefix && `${prefix}/`}${trial.at(name)}` })
      await run({ ...trial, client, object }).finally(() => client.destroy())
    },
  }
}

async function begin({ client, object }: S3Trial, name: string) {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(object(name)))
  return { ...object(name), UploadId }
}

function sizeOf(parts: Buffer[]): number {
  return parts.reduce((sum, part) => sum + part.length, 0)
}

async function expectSentence(url: string, sentence: RegExp): Promise<void> {
  const storage = await openStorage(url)
  await assert.rejects(storage.check(), sentence).finally(() => storage.close())
}

function withCredentials(url: string): string {
  const wrong = new URL(url)
  wrong.username = 'QQVIDEODOCTORWRONG'
  wrong.password = 'wrong'
  return wrong.href
}

function withBucket(url: string): string {
  const wrong = new URL(url)
  wrong.hostname = `${wrong.hostname.slice(0, 40)}-that-does-not-exist`
  return wrong.href
}
