import { type Logger, pino } from 'pino'
import { tellError } from './tell-error.ts'

export type { Logger }

/** One JSON line per event on stdout. Tokens, cookies and query strings are never logged; user text only as a field. */
export function createLogger(name: string, level: string): Logger {
  return pino({
    name,
    level,
    serializers: { err: tellError },
    redact: ['token', 'secret', 'password', 'req.headers.cookie', 'req.headers.authorization', '*.token', '*.password'],
  })
}
