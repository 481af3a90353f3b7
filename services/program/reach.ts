import { StartError } from './read-config.ts'

/**
 * Opens something that a program can't do without. A failure becomes one sentence for whoever starts the program:
 * what could not be reached and why, without the URL, which may hold a password.
 */
export async function reach<Opened>(what: string, opening: Promise<Opened>): Promise<Opened> {
  try {
    return await opening
  } catch (cause) {
    if (cause instanceof StartError) throw cause
    throw new StartError(`${what} can't be used: ${reasonOf(cause)}`, { cause })
  }
}

function reasonOf(cause: unknown): string {
  const { code, message, errors } = cause as { code?: string; message?: string; errors?: unknown[] }
  // Connecting to a name with several addresses fails with one error for all, whose own message is empty.
  if (!message && errors?.[0]) return reasonOf(errors[0])
  const first = (message ?? String(cause)).split('\n')[0]
  return code && !first?.includes(code) ? `${first} (${code}).` : `${first}`
}
