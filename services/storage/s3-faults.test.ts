import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startS3, type TestS3 } from '#support/s3.ts'
import { openStorage } from './open-storage.ts'
import type { Storage } from './storage.ts'

const large = Buffer.alloc(17 * 1024 * 1024, 'large')

let s3: TestS3
let storage: Storage
let local: string
beforeEach(async () => {
  s3 = await startS3()
  storage = await openStorage(s3.url)
  local = await mkdtemp(join(tmpdir(), 'qqvideo-local-'))
})
afterEach(async () => {
  await storage.close()
  await s3.stop()
  await rm(local, { recursive: true })
})

test('a part that fails with 503 is sent again, and the object is whole', async () => {
  const refused = refuse({ times: 2, status: 503, code: 'SlowDown', when: isPart })
  await storage.put('a', Readable.from([large]), { sizeBytes: large.length })
  expect(refused.count).toBe(2)
  expect((await buffer((await storage.get('a')).body)).equals(large)).toBe(true)
})

test('a completion that answers 200 with an error inside is no success', async () => {
  refuse({ times: Number.POSITIVE_INFINITY, status: 200, code: 'InternalError', when: isCompletion })
  await expect(storage.put('a', Readable.from([large]))).rejects.toMatchObject({ code: 'unavailable' })
  expect(await storage.head('a')).toBeNull()
  expect(await unfinishedUploads()).toBe(0)
})

test('a completion that answers 200 with an error inside once is repeated', async () => {
  const refused = refuse({ times: 1, status: 200, code: 'InternalError', when: isCompletion })
  expect(await storage.put('a', Readable.from([large]))).toMatchObject({ sizeBytes: large.length })
  expect(refused.count).toBe(1)
})

test('a completion that was done but whose answer was lost is a success', async () => {
  let lost = 0
  s3.intercept = (request, response) => {
    // The store does its work; the answer never leaves.
    if (isCompletion(request) && lost++ === 0) response.end = () => response.destroy()
    return false
  }
  const info = await storage.put('a', Readable.from([large]))
  expect(lost).toBeGreaterThan(1)
  expect(info.sizeBytes).toBe(large.length)
})

test('a lost completion is no success where only an older object of that name and size is there', async () => {
  await storage.put('a', large)
  refuse({ times: Number.POSITIVE_INFINITY, status: 404, code: 'NoSuchUpload', when: isCompletion })
  await expect(storage.put('a', Buffer.alloc(large.length, 'newer'))).rejects.toMatchObject({ code: 'unavailable' })
})

test('a put whose parts all fail leaves no object and no parts', async () => {
  refuse({ times: Number.POSITIVE_INFINITY, status: 403, code: 'AccessDenied', when: isPart })
  await expect(storage.put('a', Readable.from([large]))).rejects.toMatchObject({ code: 'unavailable' })
  expect(await storage.head('a')).toBeNull()
  expect(await unfinishedUploads()).toBe(0)
})

test('a full store is storage_full', async () => {
  refuse({ times: 1, status: 507, code: 'InsufficientStorage', when: (request) => request.method === 'PUT' })
  // Only one try is refused, so that this also shows that a full store is not asked again and again.
  await expect(storage.put('a', Buffer.from('x'))).rejects.toMatchObject({ code: 'storage_full' })
})

test('a file stays where it is as long as it could not be stored', async () => {
  const path = join(local, 'finished')
  await writeFile(path, 'precious')
  refuse({ times: 1, status: 403, code: 'AccessDenied', when: (request) => request.method === 'PUT' })
  await expect(storage.adoptFile('a', path)).rejects.toMatchObject({ code: 'unavailable' })
  expect(await readFile(path, 'utf8')).toBe('precious')
  await storage.adoptFile('a', path)
  expect(await readdir(local)).toEqual([])
})

test('a download that breaks off is tried again and never leaves a short file', async () => {
  await storage.put('a', large)
  let cuts = 0
  s3.intercept = (request, response) => {
    if (request.method !== 'GET' || cuts++ > 0) return false
    response.writeHead(200, { etag: '"x"', 'content-length': large.length })
    response.write(large.subarray(0, 100_000), () => response.destroy())
    return true
  }
  await storage.download('a', join(local, 'copy'))
  expect(cuts).toBe(2)
  expect((await readFile(join(local, 'copy'))).equals(large)).toBe(true)
  expect(await readdir(local)).toEqual(['copy'])
})

test('a range that the store ignores is refused rather than passed on as something else', async () => {
  await storage.put('a', Buffer.from('0123456789'))
  s3.intercept = (request) => {
    delete request.headers.range
    return false
  }
  await expect(storage.get('a', { start: 2, end: 3 })).rejects.toMatchObject({ code: 'unavailable' })
})

test('a deletion that the store refuses inside a 200 is told', async () => {
  await storage.put('a/1', Buffer.from('x'))
  const xml = '<DeleteResult><Error><Key>test/a/1</Key><Code>AccessDenied</Code></Error></DeleteResult>'
  answerOnce(200, xml, (request) => request.method === 'POST' && request.url!.includes('delete'))
  await expect(storage.deletePrefix('a')).rejects.toThrow(/AccessDenied/)
  await storage.deletePrefix('a')
  expect(await storage.head('a/1')).toBeNull()
})

test('a store that can’t list unfinished uploads still deletes', async () => {
  await storage.put('a/1', Buffer.from('x'))
  refuse({ times: 1, status: 501, code: 'NotImplemented', when: (request) => request.url!.includes('uploads') })
  await storage.deletePrefix('a')
  expect(await storage.head('a/1')).toBeNull()
})

test('the check says that the credentials are refused', async () => {
  const wrong = await openStorage(s3.url.replace('S3RVER:S3RVER', 'SOMEBODY:else'))
  await expect(wrong.check()).rejects.toThrow(/refuses our credentials.*InvalidAccessKeyId/)
  await wrong.close()
})

test('the check says that there is no such bucket', async () => {
  const wrong = await openStorage(s3.url.replace('@qqvideo/', '@elsewhere/'))
  await expect(wrong.check()).rejects.toThrow(/bucket does not exist/)
  await wrong.close()
})

test('the check says that nobody answers, and so does every other call', async () => {
  await s3.stop()
  await expect(storage.check()).rejects.toThrow(/can’t be reached.*ECONNREFUSED/)
  await expect(storage.get('a')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(storage.head('a')).rejects.toMatchObject({ code: 'unavailable' })
  s3 = await startS3()
})

interface Refusal {
  times: number
  status: number
  code: string
  when: (request: IncomingMessage) => boolean
}

function refuse({ times, status, code, when }: Refusal): { count: number } {
  const refused = { count: 0 }
  const xml = `<Error><Code>${code}</Code><Message>Not now.</Message></Error>`
  s3.intercept = (request, response) => {
    if (!when(request) || refused.count >= times) return false
    refused.count += 1
    return answer(request, response, status, xml)
  }
  return refused
}

function answerOnce(status: number, xml: string, when: (request: IncomingMessage) => boolean): void {
  let count = 0
  s3.intercept = (request, response) => when(request) && count++ === 0 && answer(request, response, status, xml)
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, xml: string): boolean {
  request.resume().on('end', () => response.writeHead(status, { 'content-type': 'application/xml' }).end(xml))
  return true
}

function isPart(request: IncomingMessage): boolean {
  return request.method === 'PUT' && request.url!.includes('partNumber')
}

function isCompletion(request: IncomingMessage): boolean {
  return request.method === 'POST' && request.url!.includes('uploadId')
}

async function unfinishedUploads(): Promise<number> {
  const answer = await fetch(`${s3.endpoint}/${s3.bucket}?uploads`)
  return (await answer.text()).split('<Upload>').length - 1
}

test('a clock that is wrong is named as such, where it can’t be put right', async () => {
  refuse({ times: Number.POSITIVE_INFINITY, status: 403, code: 'RequestTimeTooSkewed', when: () => true })
  await expect(storage.check()).rejects.toThrow(/finds this machine’s clock wrong; turn on time synchronisation/)
})
