import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Logger } from '../../../services/program/logger.ts'
import { sendAnswer, sendFault } from './answer.ts'
import { authenticate } from './authenticate.ts'
import type { ConnectionPool } from './connection-pool.ts'
import type { Exchange } from './exchange.ts'
import { asFault, isFatal } from './fault.ts'
import { statementBytes, urlBytes } from './limits.ts'
import { readRequest } from './read-request.ts'
import { runStatement } from './run-statement.ts'

export interface ServerContext {
  pool: ConnectionPool
  exchange: Exchange
  kill(mark: string): Promise<unknown>
  password: string | undefined
  insertBytes: number
  /** Called when the engine can't go on. */
  onLost(): void
  logger: Logger
}

/** ClickHouse's HTTP interface as far as its stock client uses it, over the engine in this process. */
export function createClickHouseServer(context: ServerContext): Server {
  const server = createServer({ maxHeaderSize: urlBytes + 16_384 }, (request, response) => {
    const path = request.url!.split('?')[0]
    const hasQuery = request.method === 'POST' || request.url!.includes('query=')
    if (path === '/ping' || path === '/replicas_status' || (path === '/' && !hasQuery))
      return void response.end('Ok.\n')
    if (path !== '/') return void response.writeHead(404).end(`There is no handle ${path}.\n`)
    void answerQuery(context, request, response)
  })
  // Longer than the stock client keeps an idle connection (2.5 s), so that it is the one that closes it.
  server.keepAliveTimeout = 30_000
  // A large insert may take longer to arrive than Node's five minutes.
  server.requestTimeout = 0
  return server
}

/** Answers whatever happens; never rejects. */
async function answerQuery(context: ServerContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const files = context.exchange.open()
  const gone = new AbortController()
  response.once('close', () => gone.abort())
  const startedMs = performance.now()
  try {
    authenticate(request, context.password)
    const query = await readRequest(request, files.input, { insertBytes: context.insertBytes, statementBytes })
    response.setHeader('X-ClickHouse-Query-Id', query.queryId)
    const counted = await runStatement(context.pool, context.kill, { ...query, files, signal: gone.signal })
    const outcome = { counted, outputFile: files.output, elapsedMs: performance.now() - startedMs }
    await sendAnswer(request, response, query, outcome)
  } catch (error) {
    // Nobody is there to read an answer.
    if (gone.signal.aborted) response.destroy()
    else refuse(context, response, error)
  } finally {
    await files.remove().catch((error) => context.logger.warn({ err: error }, 'could not remove exchange files'))
  }
}

function refuse(context: ServerContext, response: ServerResponse, error: unknown): void {
  const fault = asFault(error)
  if (fault.status >= 500) context.logger.error({ err: fault }, 'a statement failed')
  sendFault(response, fault)
  if (isFatal(fault)) context.onLost()
}
