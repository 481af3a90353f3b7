import { Agent, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createProxyServer } from 'httpxy'
import { AppError, errorBody } from '../../services/contract/errors.ts'
import { chooseService, type ServiceName } from './choose-service.ts'

interface GatewayOptions {
  /** Resolves with the port of a service, waiting a moment for one that is being started again. */
  portOf(service: ServiceName): Promise<number>
  /** Whether another proxy of the owner stands in front, whose word about visitors counts. */
  isBehindProxy: boolean
}

/** The one port of the system: hands each request to the service it is for, and streams both ways. */
export function createGateway({ portOf, isBehindProxy }: GatewayOptions): Server {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256 })
  // No time limit of its own: uploads and event streams last as long as they last, the services end what is silent.
  const proxy = createProxyServer({ agent, proxyTimeout: 0 })
  proxy.on('error', (_error, _request, response) => answerUnavailable(response as ServerResponse))
  const server = createServer(async (request, response) => {
    try {
      const port = await portOf(chooseService(request.url ?? '/'))
      Object.assign(request.headers, forwardedHeaders(request, isBehindProxy))
      await proxy.web(request, response, { target: { host: '127.0.0.1', port, protocol: 'http:' } })
    } catch {
      answerUnavailable(response)
    }
  })
  server.requestTimeout = 0
  server.on('close', () => agent.destroy())
  return server
}

/** What the services learn of the visitor's connection. Without a proxy in front a visitor's own claims are overwritten. */
function forwardedHeaders(request: IncomingMessage, isBehindProxy: boolean): Record<string, string | undefined> {
  const { headers, socket } = request
  const address = socket.remoteAddress ?? ''
  if (!isBehindProxy)
    return { 'x-forwarded-for': address, 'x-forwarded-proto': 'http', 'x-forwarded-host': headers.host ?? '' }
  return {
    'x-forwarded-for': [headers['x-forwarded-for'], address].filter(Boolean).join(', '),
    'x-forwarded-proto': String(headers['x-forwarded-proto'] ?? 'http'),
    'x-forwarded-host': String(headers['x-forwarded-host'] ?? headers.host ?? ''),
  }
}

function answerUnavailable(response: ServerResponse): void {
  if (!('writeHead' in response)) return
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.writeHead(503, {
    'Content-Type': 'application/json',
    'Retry-After': '2',
    'Access-Control-Allow-Origin': '*',
  })
  response.end(JSON.stringify(errorBody(new AppError('unavailable'))))
}
