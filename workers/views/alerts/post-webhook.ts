import type { IncomingMessage } from 'node:http'
import { guardedRequest } from '../../../services/outbound/guarded-request.ts'
import { isPublicAddress } from '../../../services/outbound/is-public-address.ts'
import { OutboundRefused } from '../../../services/outbound/outbound-refused.ts'

/** How a try went. The message is one sentence for the owner. */
export interface PostResult {
  isDelivered: boolean
  message: string
}

interface PostOptions {
  headers: Record<string, string>
  body: string
  /** Also private addresses, such as those of this machine and its network. */
  allowPrivate: boolean
  signal: AbortSignal
}

const timeoutMs = 5_000
const mostAnswerBytes = 1_024

/** One POST. Never rejects: every failure is a result. Redirects are not followed, for they could lead anywhere. */
export async function postWebhook(url: string, options: PostOptions): Promise<PostResult> {
  const { headers, body, allowPrivate } = options
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(timeoutMs)])
  try {
    const isAllowed = allowPrivate ? () => true : isPublicAddress
    const rules = { isAllowed, mayHaveCredentials: true }
    const response = await guardedRequest(url, { ...rules, method: 'POST', headers, body, signal })
    const status = response.statusCode ?? 0
    const text = await readStart(response)
    const isDelivered = status >= 200 && status < 300
    const words = isDelivered ? '' : ` ${text}`
    return { isDelivered, message: `Your server answered ${status}.${words}`.trim() }
  } catch (error) {
    return { isDelivered: false, message: sentenceOf(error) }
  }
}

function readStart(response: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const finish = () => {
      resolve(readable(text.slice(0, mostAnswerBytes)))
      response.destroy()
    }
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      text += chunk
      if (text.length >= mostAnswerBytes) finish()
    })
    // The status is the answer; a body that breaks off takes nothing from it.
    for (const end of ['end', 'error', 'aborted']) response.once(end, finish)
  })
}

function readable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}]+/gu, ' ').trim()
}

const refusals = {
  malformed: 'The address is not a web address.',
  scheme: 'The address is not a web address.',
  credentials: 'The address has a name or password in it.',
  port: 'The address has a port to which this site sends nothing.',
  private: 'The address is inside a private network, where this site sends nothing.',
} as const satisfies Record<OutboundRefused['reason'], string>

function sentenceOf(error: unknown): string {
  if (error instanceof OutboundRefused) return refusals[error.reason]
  const { name, code, cause, message } = error as Error & { code?: string }
  if (name === 'TimeoutError' || (cause as Error | undefined)?.name === 'TimeoutError')
    return `Your server did not answer within ${timeoutMs / 1000} seconds.`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'The name of your server has no address.'
  if (code === 'ECONNREFUSED') return 'Nothing listens at the address of your server.'
  return `The connection failed: ${code ?? message}.`
}
