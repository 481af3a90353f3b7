import { mkdtemp, rm } from 'node:fs/promises'
import { request as httpRequest, type IncomingMessage, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach } from 'vitest'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { createMediaServer } from '../../services/media/create-media-server.ts'
import type { Delivery } from '../../services/media/delivery-counts.ts'
import { closeServer, listen } from '../../services/program/listen.ts'
import { createLogger } from '../../services/program/logger.ts'
import { type SigningKey, signMediaToken } from '../../services/tokens/signed-token.ts'

export const key: SigningKey = { id: 'k1', secret: 'a secret of at least thirty-two characters' }
export const prefix = 'videos/bcdfghjkmnpq/a1/ladder'
export const playId = '0123456789abcdef'
export const hourMs = 60 * 60 * 1000

export interface Answer {
  status: number
  headers: IncomingMessage['headers']
  body: string
  /** Of an error answer. */
  code?: string
}

/** The media server of the test that runs: each gets one of its own on an empty storage with one segment, `v720/1.m4s`. */
export class TestMedia {
  storage!: Storage
  delivered: Delivery[] = []
  #server!: Server
  #port = 0

  async serve(from: Storage): Promise<void> {
    this.delivered = []
    this.#server = createMediaServer({
      storage: from,
      signingKeys: [key],
      logger: createLogger('media', 'silent'),
      cacheBytes: 8 * 1024 * 1024,
      onDelivered: (delivery) => this.delivered.push(delivery),
    })
    this.#port = await listen(this.#server, 0, '127.0.0.1')
  }

  async stop(): Promise<void> {
    await closeServer(this.#server, 0)
  }

  begin(path: string, options: object = {}): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = httpRequest({ host: '127.0.0.1', port: this.#port, agent: false, ...options, path: '/' })
      // Set afterwards, as the client itself refuses some of the paths that are sent here.
      Object.assign(request, { path })
      request.on('response', resolve).on('error', reject).end()
    })
  }

  /** Sends the path as it is: `fetch` would tidy up what the attacks are made of. */
  async ask(path: string, options: { method?: string; headers?: Record<string, string> } = {}): Promise<Answer> {
    const answer = await this.begin(path, options)
    const body = await text(answer)
    const isError = answer.headers['content-type'] === 'application/json' && body.includes('"error"')
    return {
      status: answer.statusCode!,
      headers: answer.headers,
      body,
      ...(isError && { code: JSON.parse(body).error.code }),
    }
  }
}

export function useMediaServer(): TestMedia {
  const media = new TestMedia()
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'qqvideo-media-'))
    media.storage = await openStorage(`disk://${folder}`)
    await media.storage.put(`${prefix}/v720/1.m4s`, Buffer.from('0123456789'))
    await media.serve(media.storage)
  })
  afterEach(async () => {
    await media.stop()
    await rm(folder, { recursive: true })
  })
  return media
}

export function tokenFor(tokenPrefix: string, lifetimeMs = hourMs, signer = key): string {
  return signMediaToken(signer, { prefix: tokenPrefix, playId, expiresAtMs: Date.now() + lifetimeMs })
}

export function mediaUrl(path: string, token = tokenFor(prefix)): string {
  return `/media/${token}/${path}`
}
