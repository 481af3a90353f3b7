import { pino, type SerializedError } from 'pino'

/**
 * An error as the log keeps it. pg hangs the whole connection on its errors, kilobytes with the number that lets anybody
 * cancel its questions, and an outage ends many connections at once.
 */
export function tellError(error: Error): SerializedError {
  const told = pino.stdSerializers.err(error)
  if (told && typeof told === 'object') delete told.client
  return told
}
