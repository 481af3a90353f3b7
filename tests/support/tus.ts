import { type IncomingHttpHeaders, request } from 'node:http'
import { Readable } from 'node:stream'
import type { ErrorBody } from '#contract/errors.ts'

export interface TusAnswer {
  status: number
  headers: IncomingHttpHeaders
  /** The code of an error of ours. */
  code: string | undefined
}

/** Speaks tus byte by byte, as no well-mannered client would. */
export function tusClient(port: () => number, cookie: string) {
  async function ask(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body: Buffer | Readable = Buffer.alloc(0),
  ): Promise<TusAnswer> {
    const length = body instanceof Readable ? {} : { 'Content-Length': String(body.length) }
    return new Promise((resolve, reject) => {
      const sending = request(
        {
          host: '127.0.0.1',
          port: port(),
          method,
          path,
          agent: false,
          headers: {
            Cookie: cookie,
            Origin: `http://127.0.0.1:${port()}`,
            'Tus-Resumable': '1.0.0',
            ...length,
            ...headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = []
          response.on('data', (chunk: Buffer) => chunks.push(chunk))
          response.once('error', reject)
          response.once('end', () =>
            resolve({
              status: response.statusCode!,
              headers: response.headers,
              code: codeOf(Buffer.concat(chunks).toString()),
            }),
          )
        },
      )
      sending.once('error', reject)
      if (body instanceof Readable) body.on('error', () => sending.destroy()).pipe(sending)
      else sending.end(body)
    })
  }

  return {
    ask,
    create(length: number, metadata: Record<string, string> = {}) {
      return ask('POST', '/api/uploads', { 'Upload-Length': String(length), ...metadataHeader(metadata) })
    },
    /** The path of a new upload. */
    async begin(length: number, metadata: Record<string, string> = {}): Promise<string> {
      const { status, headers, code } = await this.create(length, metadata)
      if (status !== 201) throw new Error(`not created: ${status} ${code}`)
      return headers.location!
    },
    patch(path: string, offset: number, body: Buffer | Readable, headers: Record<string, string> = {}) {
      return ask(
        'PATCH',
        path,
        { 'Upload-Offset': String(offset), 'Content-Type': 'application/offset+octet-stream', ...headers },
        body,
      )
    },
    async offset(path: string): Promise<number> {
      const { status, headers } = await ask('HEAD', path)
      if (status !== 200) throw new Error(`HEAD ${path}: ${status}`)
      return Number(headers['upload-offset'])
    },
  }
}

export type TusClient = ReturnType<typeof tusClient>

function metadataHeader(metadata: Record<string, string>): Record<string, string> {
  const pairs = Object.entries(metadata).map(([name, text]) => `${name} ${Buffer.from(text).toString('base64')}`)
  return pairs.length > 0 ? { 'Upload-Metadata': pairs.join(',') } : {}
}

function codeOf(text: string): string | undefined {
  try {
    return (JSON.parse(text) as ErrorBody).error.code
  } catch {
    return undefined
  }
}
