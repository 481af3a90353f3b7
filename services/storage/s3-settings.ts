import type { S3ClientConfig } from '@aws-sdk/client-s3'
import { AppError } from '#contract/errors.ts'

/** What the S3 adapter and tus's S3 store need to speak to the same place. */
export interface S3Settings {
  bucket: string
  /** '' or `a/b` without slashes at its ends; every key is stored under it. */
  prefix: string
  clientConfig: S3ClientConfig
}

/**
 * Reads `s3://[accessKey:secret@]bucket[/prefix][?endpoint=URL&region=name&pathStyle=0|1]`.
 * Without credentials in the URL the SDK looks for them in its usual places; with an endpoint, path style is the default
 * (most servers that are not Amazon's want it). Throws `bad_request` with what is wrong.
 */
export function s3Settings(url: string): S3Settings {
  const parsed = parse(url)
  const endpoint = parsed.searchParams.get('endpoint') ?? undefined
  return {
    bucket: parsed.hostname,
    prefix: parsed.pathname.replace(/^\/+|\/+$/g, ''),
    clientConfig: {
      endpoint,
      // Only Amazon cares which; servers of one place still want it in the signature.
      region: parsed.searchParams.get('region') ?? (endpoint ? 'us-east-1' : undefined),
      forcePathStyle: (parsed.searchParams.get('pathStyle') ?? (endpoint ? '1' : '0')) === '1',
      ...(parsed.username && { credentials: credentialsOf(parsed) }),
      ...patience,
    },
  }
}

const patience: S3ClientConfig = {
  // Five tries with growing, jittered pauses: a restart of the store is ridden out, an outage is told within seconds.
  maxAttempts: 5,
  retryMode: 'standard',
  // Many stores refuse the checksum trailers that newer SDKs add by default; bodies in memory are signed by SHA-256 anyway.
  requestChecksumCalculation: 'WHEN_REQUIRED',
  responseChecksumValidation: 'WHEN_REQUIRED',
  requestHandler: {
    connectionTimeout: 5_000,
    // Also for viewers who pause in the middle of a segment: their connection to S3 is not held for ever.
    socketTimeout: 60_000,
    // The SDK's 50 would let fifty slow viewers stop everybody else.
    httpAgent: { keepAlive: true, maxSockets: 1_000 },
    httpsAgent: { keepAlive: true, maxSockets: 1_000 },
  },
}

function parse(url: string): URL {
  const parsed = URL.parse(url)
  if (parsed?.protocol !== 's3:' || !parsed.hostname) throw fault('write it as s3://bucket/prefix?endpoint=https://…')
  for (const [name, value] of parsed.searchParams) {
    if (!parameters[name]?.test(value)) throw fault(`it has no parameter ${name} with such a value`)
  }
  return parsed
}

const parameters: Record<string, RegExp | undefined> = {
  endpoint: /^https?:\/\/[^/]+\/?$/,
  region: /^[a-z0-9-]+$/i,
  pathStyle: /^[01]$/,
}

function credentialsOf(url: URL) {
  return { accessKeyId: decodeURIComponent(url.username), secretAccessKey: decodeURIComponent(url.password) }
}

/** Never repeats the URL: it may hold a secret. */
function fault(reason: string): AppError {
  return new AppError('bad_request', `The storage URL is not understood: ${reason}.`)
}
