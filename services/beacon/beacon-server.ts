import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { deliveryReportMaxBytes } from '#contract/deliveries.ts'
import { AppError, type ErrorCode, errorBody } from '#contract/errors.ts'
import { beaconMaxBytes } from '#contract/play-state.ts'
import type { Logger } from '../program/logger.ts'
import { type AcceptContext, acceptBeacon } from './accept-beacon.ts'
import type { BeaconHealth } from './health.ts'
import type { Pass } from './kill-points.ts'
import { readBody } from './read-body.ts'

export interface ServerContext extends AcceptContext {
  logger: Logger
  health(): BeaconHealth
  /** Obeys a signed order to delete what is kept of some videos; resolves with how many files must be drained first. */
  forget(order: string): Promise<number>
  /** Keeps a signed report of what was sent to players; resolves once it is on disk. */
  takeDeliveries(report: string, receivedAtMs: number): Promise<void>
  /** Called with the code of every refusal. */
  refused(code: ErrorCode): void
  pass: Pass
  /** How many seconds players should let pass between beacons; null for their own cadence. */
  nextBeaconS(): number | null
}

/** `POST /beacon`, `GET /beacon/health`, and `POST /beacon/forget` and `/beacon/deliveries` for our own programs, on bare node:http: beacons outnumber all other requests together. */
export function createBeaconServer(context: ServerContext): Server {
  const server = createServer(timeouts, (request, response) => {
    answer(context, request, response)?.catch((error: unknown) => refuse(context, response, error))
  })
  return server
}

// A beacon is one packet: who takes longer than this to send it holds a connection for nothing.
// Idle connections stay longer than those of common proxies, so that it is the proxy that closes them.
const timeouts = { requestTimeout: 10_000, headersTimeout: 5_000, keepAliveTimeout: 75_000 }

// Not async: a promise around each beacon's own promise costs more than it looks like.
function answer(context: ServerContext, request: IncomingMessage, response: ServerResponse): Promise<void> | void {
  const path = request.url?.split('?', 1)[0]
  if (path === '/beacon' && request.method === 'POST') return takeBeacon(context, request, response)
  if (path === '/beacon' && request.method === 'OPTIONS') return allow(response)
  if (path === '/beacon/health' && request.method === 'GET') return tellHealth(context, response)
  if (path === '/beacon/forget' && request.method === 'POST') return forget(context, request, response)
  if (path === '/beacon/deliveries' && request.method === 'POST') return takeDeliveries(context, request, response)
  return Promise.reject(new AppError('not_found'))
}

async function takeBeacon(context: ServerContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  await acceptBeacon(context, {
    body: await readBody(request, beaconMaxBytes),
    userAgent: request.headers['user-agent'] ?? '',
    purpose: String(request.headers['sec-purpose'] ?? ''),
    receivedAtMs: Date.now(),
  })
  const nextS = context.nextBeaconS()
  response.writeHead(204, nextS === null ? anyOrigin : { ...fromAnywhere, 'X-QQ-Next': nextS }).end()
  context.pass('reply')
}

async function takeDeliveries(context: ServerContext, request: IncomingMessage, response: ServerResponse) {
  await context.takeDeliveries(await readBody(request, deliveryReportMaxBytes), Date.now())
  response.writeHead(204).end()
}

// Players send text/plain and need no permission; this is for tools that send JSON.
function allow(response: ServerResponse): void {
  response
    .writeHead(204, {
      ...fromAnywhere,
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers': 'Content-Type',
      'Access-Control-Max-Age': '86400',
    })
    .end()
}

function tellHealth(context: ServerContext, response: ServerResponse): void {
  const health = context.health()
  sendJson(response, health.ready ? 200 : 503, health)
}

async function forget(context: ServerContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  sendJson(response, 200, { waiting: await context.forget(await readBody(request, orderMaxBytes)) })
}

// Room for the ids of two thousand videos.
const orderMaxBytes = 64 * 1024

/** Every refusal has the body of the contract; what is our fault is told to the log and not to the caller. */
function refuse(context: ServerContext, response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) return
  const known = error instanceof AppError ? error : new AppError('internal', undefined, { cause: error })
  context.refused(known.code)
  if (known.status >= 500) context.logger.error({ err: known.cause ?? known }, 'a beacon could not be kept')
  if (known.code === 'body_too_large') response.setHeader('Connection', 'close')
  if (known.code === 'unavailable') response.setHeader('Retry-After', retryAfterSeconds)
  sendJson(response, known.status, errorBody(known))
}

// The next beacon of a player that goes on comes after 15 s anyhow and says all that this one said.
const retryAfterSeconds = 15

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response
    .writeHead(status, { ...fromAnywhere, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
    .end(JSON.stringify(body))
}

/** Players run on our origin, in frames that a page may have sandboxed so that their origin is "null". */
const anyOrigin = { 'Access-Control-Allow-Origin': '*' }

/** With what such a page's script may read of an answer that says more than that the beacon is kept. */
const fromAnywhere = {
  ...anyOrigin,
  'Access-Control-Expose-Headers': 'Retry-After, X-QQ-Next',
}
