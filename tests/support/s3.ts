import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerMultipart } from './s3-multipart.ts'

export interface TestS3 {
  /** `s3://key:secret@bucket/test?endpoint=…`, as STORAGE_URL takes it. */
  url: string
  endpoint: string
  bucket: string
  /** Decides on every request before the store sees it; return true where it was answered here. Set it to inject faults. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
  stop(): Promise<void>
}

/** An S3 server for tests: s3rver in a temporary folder on a free port, with the multipart calls that it lacks. */
export async function startS3(): Promise<TestS3> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-s3-'))
  const s3rver = new S3rver({ ...options, directory: folder })
  await s3rver.configureBuckets()
  const answer = s3rver.callback()
  const s3: TestS3 = { url: '', endpoint: '', bucket, intercept: () => false, stop }
  const server = createServer(async (request, response) => {
    if (s3.intercept(request, response)) return
    try {
      if (!(await answerMultipart(folder, request, response))) answer(request, response)
    } catch {
      // As a store answers a fault of its own: the client may ask again, instead of waiting without an end.
      response.writeHead(500).end()
    }
  })

  async function stop(): Promise<void> {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  s3.endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  s3.url = `s3://S3RVER:S3RVER@${bucket}/test?endpoint=${encodeURIComponent(s3.endpoint)}`
  return s3
}

const bucket = 'qqvideo'

const options = {
  silent: true,
  vhostBuckets: false,
  configureBuckets: [{ name: bucket }],
  // It signs `/bucket` where current SDKs rightly sign `/bucket/`; unknown access keys are still refused.
  allowMismatchedSignatures: true,
}

interface S3rverApp {
  configureBuckets(): Promise<void>
  callback(): RequestListener
}

// The package has no types.
const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as new (options: object) => S3rverApp
