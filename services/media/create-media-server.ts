import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { AppError } from '#contract/errors.ts'
import type { Storage } from '#storage/storage.ts'
import type { Logger } from '../program/logger.ts'
import type { SigningKey } from '../tokens/signed-token.ts'
import { commonHeaders, preflightHeaders } from './common-headers.ts'
import type { DeliveryJournal } from './deliveries/delivery-journal.ts'
import { createRecorder } from './deliveries/record-delivery.ts'
import { createSpanFinder } from './deliveries/span-finder.ts'
import { type Delivery, DeliveryCounts } from './delivery-counts.ts'
import { createHealth } from './health.ts'
import { parseMediaPath } from './media-path.ts'
import { downloadType, mediaType } from './media-types.ts'
import { ObjectCache } from './object-cache.ts'
import { sendError } from './send-error.ts'
import { sendObject } from './send-object.ts'
import { createTokenReader } from './token-reader.ts'

export interface MediaServerOptions {
  storage: Storage
  /** Any of them may have signed a token. */
  signingKeys: readonly SigningKey[]
  logger: Logger
  /** How much memory the cache of hot objects may hold. */
  cacheBytes: number
  /** Where it is kept which parts were sent to whom; without it that is not told. */
  journal?: Pick<DeliveryJournal, 'add'>
  /** Called for every segment that went out whole, or the range of it that was asked for. Must not throw. */
  onDelivered?: (delivery: Delivery) => void
}

/** `GET|HEAD|OPTIONS /media/<token>/<path>` serves the object `<prefix of the token>/<path>`; `GET /media/health` tells how it goes. */
export function createMediaServer(options: MediaServerOptions): Server {
  const { logger, storage } = options
  const readToken = createTokenReader(options.signingKeys)
  const cache = new ObjectCache(storage, options.cacheBytes)
  const counts = new DeliveryCounts()
  const record = options.journal && createRecorder(options.journal, createSpanFinder(storage, cache))
  const sendHealth = createHealth({ storage, cache, counts, logger })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'OPTIONS') return void response.writeHead(204, preflightHeaders).end()
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuseMethod(response)
    const target = parseMediaPath(request.url!)
    if (target === 'health') return sendHealth(response)
    if (!target) throw new AppError('not_found')
    const token = readToken(target.token)
    const type = token.downloadAs ? downloadType(token, target.path) : mediaType(target.path)
    if (!type) throw new AppError('not_found')
    const key = token.downloadAs ? token.prefix : `${token.prefix}/${target.path}`
    const beforeBody =
      record && type.isSegment
        ? (bytes: number, sizeBytes: number) => record({ token, key, bytes, sizeBytes })
        : undefined
    const bytes = await sendObject({ request, response, storage, cache, key, type, token, beforeBody })
    if (type.isSegment && bytes > 0) delivered({ playId: token.playId, key, bytes })
  }

  function delivered(delivery: Delivery): void {
    counts.add(delivery)
    options.onDelivered?.(delivery)
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error) => sendError(response, error, logger))
  })
  return withLimits(server)
}

function refuseMethod(response: ServerResponse): void {
  response.writeHead(405, { ...commonHeaders, allow: 'GET, HEAD, OPTIONS', connection: 'close' }).end()
}

function withLimits(server: Server): Server {
  // A request is one small head; who takes longer than this to send it only holds a connection.
  server.headersTimeout = 10_000
  server.requestTimeout = 15_000
  // Players ask every few seconds: a kept connection saves them a handshake per segment.
  server.keepAliveTimeout = 65_000
  // A reader that takes nothing at all for this long is gone; one that reads slowly stays.
  server.timeout = 60_000
  return server
}
