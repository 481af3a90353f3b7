import { Client } from 'pg'

/** What an error tells of a database that is, perhaps, away; the log asks for it. */
export interface DatabaseLoss {
  neighbour: 'database'
  /** False where the reason may as well be a slow question, or that all connections are in use. */
  isSure: boolean
  answers(): Promise<boolean>
}

/** By error, the URL of the database whose connection it tells of: others break with the same codes. */
const lost = new WeakMap<object, string>()

/** Remembers of an error that it came from this database, where it says that a connection could not be had or was lost. */
export function noteLoss(error: unknown, databaseUrl: string): void {
  if (isObject(error) && isLoss(error)) lost.set(error, databaseUrl)
}

/** As `noteLoss`, of what a promise is rejected with; gives that promise. */
export function notingLoss<Answer>(answer: Answer, databaseUrl: string): Answer {
  if (answer instanceof Promise) answer.catch((error) => noteLoss(error, databaseUrl))
  return answer
}

/** What this error, or what it was caused by, tells of a lost database. */
export function lossOf(error: unknown): DatabaseLoss | undefined {
  for (let cause = error; isObject(cause); cause = cause.cause) {
    const databaseUrl = lost.get(cause)
    if (databaseUrl === undefined) continue
    const isSure = !timeouts.test(String(cause.message))
    return { neighbour: 'database', isSure, answers: () => answers(databaseUrl) }
  }
  return undefined
}

// The last two are PostgreSQL's: no connection; shutting down or starting.
const codes = /^(ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|08\w{3}|57P0[123])$/
// The clients have no codes for these.
const messages =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|LISTEN\/NOTIFY connection ended)/
const timeouts =
  /^(timeout exceeded when trying to connect|timeout expired|Query read timeout|LISTEN\/NOTIFY heartbeat timed out)/

function isLoss({ code, message }: { code?: unknown; message?: unknown }): boolean {
  return codes.test(String(code)) || messages.test(String(message)) || timeouts.test(String(message))
}

const patienceMs = 2_000

/** Over a connection of its own: those of a pool may be lost, or all in use. One that refuses us is there. */
async function answers(databaseUrl: string): Promise<boolean> {
  const limits = { connectionTimeoutMillis: patienceMs, query_timeout: patienceMs }
  const client = new Client({ connectionString: databaseUrl, ...limits })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch (error) {
    return !isLoss(error as Error)
  } finally {
    client.end().catch(() => {})
  }
}

function isObject(value: unknown): value is { code?: unknown; message?: unknown; cause?: unknown } {
  return typeof value === 'object' && value !== null
}
