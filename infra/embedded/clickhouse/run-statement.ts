import { setTimeout as delay } from 'node:timers/promises'
import type { Connection, Counted, RequestState } from './connection.ts'
import type { ConnectionPool } from './connection-pool.ts'
import { fault } from './fault.ts'
import { quoteText } from './quote.ts'
import type { Statement } from './statement.ts'

export interface Run {
  statement: Statement
  state: RequestState
  /** Where an insert's rows are and a read's rows go. */
  files: { input: string; output: string }
  /** Of a read without a FORMAT clause. */
  defaultFormat: string
  signal: AbortSignal
}

/**
 * Runs one statement on a connection of its own. Throws a ClickHouseFault.
 * A read ends when the signal does. An insert is never cut: its caller may have the answer repeated with the same token.
 */
export async function runStatement(
  pool: ConnectionPool,
  kill: (mark: string) => Promise<unknown>,
  run: Run,
): Promise<Counted> {
  const missing = run.statement.placeholders.find((name) => !run.state.parameters.has(name))
  if (missing) throw fault('UNKNOWN_QUERY_PARAMETER', `Substitution \`${missing}\` is not set.`)
  return pool.use(async (connection) => {
    await connection.prepare(run.state)
    run.signal.throwIfAborted()
    return execute(connection, kill, run)
  }, run.signal)
}

async function execute(connection: Connection, kill: (mark: string) => Promise<unknown>, run: Run): Promise<Counted> {
  if (run.statement.kind === 'command' && run.statement.leavesTraces) connection.markTraced()
  const running = connection.run(sqlOf(run))
  if (run.statement.kind !== 'read') return running
  const killWhenAborted = () => void killUntilSettled(running, () => kill(run.state.mark))
  run.signal.addEventListener('abort', killWhenAborted, { once: true })
  return running.finally(() => run.signal.removeEventListener('abort', killWhenAborted))
}

/** The line ends keep a comment at the end of the head from swallowing what we add. */
function sqlOf({ statement, files, defaultFormat }: Run): string {
  switch (statement.kind) {
    case 'read':
      return `${statement.head}\nINTO OUTFILE ${quoteText(files.output)} FORMAT ${statement.format ?? defaultFormat}${statement.tail}`
    case 'insert':
      return `${statement.head}\nFROM INFILE ${quoteText(files.input)} COMPRESSION 'none' ${statement.tail}`
    case 'command':
      return statement.head
  }
}

/** Again and again, for a query that is still being planned can't be found yet. */
async function killUntilSettled(running: Promise<unknown>, kill: () => Promise<unknown>): Promise<void> {
  let isSettled = false
  const settled = running.then(
    () => (isSettled = true),
    () => (isSettled = true),
  )
  while (!isSettled) {
    await kill().catch(() => {})
    await Promise.race([settled, delay(100)])
  }
}
