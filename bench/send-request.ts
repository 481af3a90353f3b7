import { type IncomingHttpHeaders, request } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Sends one request; gives the head of its answer, or throws where that is not as expected. */
export async function sendRequest(
  port: number,
  method: string,
  path: string,
  body: Readable,
  expected: number,
  headers: Record<string, string>,
): Promise<IncomingHttpHeaders> {
  const sending = request({ host: '127.0.0.1', port, method, path, headers })
  const answered = new Promise<IncomingHttpHeaders>((resolve, reject) => {
    sending.once('error', reject)
    sending.once('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('end', () => {
        if (response.statusCode === expected) resolve(response.headers)
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${Buffer.concat(chunks)}`))
      })
    })
  })
  await pipeline(body, sending)
  return answered
}
