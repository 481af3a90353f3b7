import { type DestinationStream, type Logger, pino } from 'pino'
import { tellError } from './tell-error.ts'
import { type LossOf, tellOutagesOnce } from './tell-outages-once.ts'

export type { Logger }

interface LoggerOptions {
  /** What an error tells of a neighbour that is away, so that its outage is told once and not by everybody who asks it. */
  lossOf?: LossOf
  /** Default: stdout. */
  destination?: DestinationStream
}

/** One JSON line per event. Tokens, cookies and query strings are never logged; user text only as a field. */
export function createLogger(name: string, level: string, { lossOf, destination }: LoggerOptions = {}): Logger {
  const options = {
    name,
    level,
    serializers: { err: tellError },
    redact: ['token', 'secret', 'password', 'req.headers.cookie', 'req.headers.authorization', '*.token', '*.password'],
    ...(lossOf && { hooks: tellOutagesOnce(lossOf) }),
  }
  return destination ? pino(options, destination) : pino(options)
}
