import { reasonOf } from './read.ts'

/** What the API said when it did not do what was asked: a code for us, a sentence for people. */
export class ApiError extends Error {
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.name = 'ApiError'
    this.code = code
  }
}

type Method = 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** Sends JSON to the API from the browser and returns its JSON, or undefined for 204. Throws ApiError. */
export function write<Answer>(
  method: Method,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  if (method === 'DELETE') return ask(path, { method, headers })
  const json = { 'content-type': 'application/json', ...headers }
  return ask(path, { method, body: JSON.stringify(body ?? {}), headers: json })
}

/** Fetches JSON from the API in the browser, after the page has loaded. Throws ApiError. */
export function load<Answer>(path: string): Promise<Answer> {
  return ask(path, {})
}

async function ask<Answer>(path: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(path, init).catch(() => {
    throw new ApiError('unavailable', '')
  })
  if (!response.ok) {
    const { code, message } = await reasonOf(response)
    throw new ApiError(code, message)
  }
  return response.status === 204 ? (undefined as Answer) : response.json()
}
