import { error } from '@sveltejs/kit'
import type { ErrorBody } from '#contract/errors.ts'

/** Fetches JSON for a `load` function. What the API refuses becomes the error page of the same status. */
export async function read<Answer>(fetch: typeof globalThis.fetch, path: string): Promise<Answer> {
  const response = await fetch(path).catch(() => null)
  if (response === null) error(503, { message: '', code: 'unavailable' })
  if (!response.ok) error(response.status, await reasonOf(response))
  return response.json()
}

/** Never throws: an answer that is not the contract's JSON, such as a proxy's page, is read by its status alone. */
export async function reasonOf(response: Response): Promise<{ code: string; message: string }> {
  const body: (Partial<ErrorBody> & { code?: string; message?: string }) | null = await response
    .json()
    .catch(() => null)
  if (body?.error) return { code: body.error.code, message: body.error.message }
  // The account endpoints answer in their own shape: code and message without the envelope.
  return { code: body?.code ?? codeOfStatus(response.status), message: body?.message ?? '' }
}

function codeOfStatus(status: number): string {
  if (status === 401) return 'not_signed_in'
  if (status === 403) return 'forbidden'
  if (status === 404) return 'not_found'
  if (status === 413) return 'body_too_large'
  if (status === 429) return 'too_many_requests'
  return status >= 502 && status <= 504 ? 'unavailable' : status >= 500 ? 'internal' : 'bad_request'
}
