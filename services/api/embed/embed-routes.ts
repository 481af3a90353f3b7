import { randomBytes } from 'node:crypto'
import { type Request, type RequestHandler, type Response, Router, text } from 'express'
import type { z } from 'zod'
import {
  type EmbedBoot,
  type EmbedState,
  type OpenAnswer,
  openRequestSchema,
  stateRequestSchema,
} from '#contract/embed.ts'
import { AppError } from '#contract/errors.ts'
import { videoIdSchema } from '#contract/ids.ts'
import type { PlayToken } from '#contract/play-token.ts'
import type { Logger } from '../../program/logger.ts'
import { type SigningKey, signMediaToken, signPlayToken, verifyPlayToken } from '../../tokens/signed-token.ts'
import { type EmbedView, embedDocument, retryAfterSeconds } from './embed-document.ts'
import { documentHeaders, unwantedHeaders } from './embed-headers.ts'
import { type EmbedVideo, stateOf } from './embed-video.ts'
import { newPlayToken, openedPlayToken, renewedPlayToken } from './play-tokens.ts'
import { loadPlayerAssets } from './player-assets.ts'
import { sendPage, sendPlayerFile } from './send-compressed.ts'

export interface EmbedDependencies {
  /** Null where there is no such video, or none that this asker may see. */
  findPlayable(videoId: string, request: Request): Promise<EmbedVideo | null>
  /** Daily hash of who asks, salted per owner, 16 hex digits. Not called where the browser asks not to be counted as a person. */
  viewerHash(request: Request, video: EmbedVideo): Promise<string>
  /** Signs new tokens. */
  signingKey: SigningKey
  /** All that are good for checking. */
  signingKeys: readonly SigningKey[]
  /** `https://host[:port]` of this site as readers see it; taken from each request where not given. */
  publicOrigin?: string
  /** Where `vite build` put the player: `web/player/dist`. */
  playerAssetsFolder: string
  /** In front of `/<token>/master.m3u8`; a path of this site, or another origin's. */
  mediaBaseUrl?: string
  beaconUrl?: string
  logger: Logger
}

/**
 * `GET /embed/:id`, `POST /embed/:id/state`, `POST /embed/:id/open`, `GET /embed.js` and `GET /player/*`.
 * Errors of `state` and `open` go to the app's error handler; a document always answers with a document.
 */
export function createEmbedRouter(dependencies: EmbedDependencies): Router {
  const assets = loadPlayerAssets(dependencies.playerAssetsFolder)
  const router = Router()
  router.get('/embed.js', (request, response) =>
    sendPlayerFile(request, response, assets.embedScript, 'public, max-age=300, stale-while-revalidate=86400'),
  )
  router.get('/player/:file', (request, response, next) => {
    const file = assets.files.get(request.params.file)
    if (file) sendPlayerFile(request, response, file, 'public, max-age=31536000, immutable')
    else next()
  })
  router.get('/embed/:id', showDocument(dependencies, assets))
  const body = text({ type: () => true, limit: '16kb' })
  router.post('/embed/:id/state', body, tellState(dependencies))
  router.post('/embed/:id/open', body, open(dependencies))
  return router
}

type Inline = { style: string; script: string }

function showDocument(dependencies: EmbedDependencies, inline: Inline): RequestHandler<{ id: string }> {
  const connect = [dependencies.mediaBaseUrl, dependencies.beaconUrl].flatMap(
    (url) => URL.parse(url ?? '')?.origin ?? [],
  )
  return async (request, response) => {
    const view = await chooseView(dependencies, request)
    const nonce = randomBytes(16).toString('base64')
    for (const name of unwantedHeaders) response.removeHeader(name)
    response.status(statusOf[view.kind]).set(documentHeaders(nonce, { connect }))
    if (view.kind === 'unavailable') response.set('Retry-After', String(retryAfterSeconds))
    await sendPage(
      request,
      response,
      embedDocument(view, { nonce, language: request.get('Accept-Language'), ...inline }),
    )
  }
}

const statusOf = { player: 200, waiting: 200, failed: 200, missing: 404, unavailable: 503 } as const

async function chooseView(dependencies: EmbedDependencies, request: Request<{ id: string }>): Promise<EmbedView> {
  try {
    const video = await findVideo(dependencies, request)
    if (!video) return { kind: 'missing' }
    const state = stateOf(video)
    if (state === 'failed') return { kind: 'failed', title: video.title, message: video.failureMessage }
    const token = await mintToken(dependencies, request, video)
    return { kind: state === 'waiting' ? 'waiting' : 'player', boot: bootFor(dependencies, video, token) }
  } catch (error) {
    dependencies.logger.error({ err: error, videoId: request.params.id }, 'could not make an embed document')
    return { kind: 'unavailable' }
  }
}

function tellState(dependencies: EmbedDependencies): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const token = verifyToken(dependencies, request, parse(stateRequestSchema, request.body).token)
    const video = await findVideo(dependencies, request)
    if (!video) throw new AppError('not_found')
    openToAnyFrame(response).json(answerState(dependencies, video, token))
  }
}

function answerState(dependencies: EmbedDependencies, video: EmbedVideo, token: PlayToken): EmbedState {
  const state = stateOf(video)
  if (state !== 'playable') return { state }
  return { state, boot: bootFor(dependencies, video, renewedPlayToken(token, video, Date.now())) }
}

function open(dependencies: EmbedDependencies): RequestHandler<{ id: string }> {
  return (request, response) => {
    const { token, ancestors, isTop, page } = parse(openRequestSchema, request.body)
    const signals = { ancestors, isTop, handshake: page ?? null }
    const opening = verifyToken(dependencies, request, token)
    const opened = openedPlayToken(opening, signals, ownOrigin(dependencies, request))
    openToAnyFrame(response).json({ token: signPlayToken(dependencies.signingKey, opened) } satisfies OpenAnswer)
  }
}

function parse<Shape extends z.ZodType>(shape: Shape, body: unknown): z.output<Shape> {
  try {
    return shape.parse(JSON.parse(String(body)))
  } catch (cause) {
    throw new AppError('bad_request', undefined, { cause })
  }
}

function verifyToken(dependencies: EmbedDependencies, request: Request<{ id: string }>, token: string): PlayToken {
  const play = verifyPlayToken(dependencies.signingKeys, token)
  if (play.videoId !== request.params.id) throw new AppError('token_invalid')
  return play
}

/** A frame sandboxed by its page has no origin; under `*` browsers let nobody else read what was asked with a cookie. */
function openToAnyFrame(response: Response): Response {
  return response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'private, no-store' })
}

async function findVideo(
  dependencies: EmbedDependencies,
  request: Request<{ id: string }>,
): Promise<EmbedVideo | null> {
  const id = videoIdSchema.safeParse(request.params.id)
  return id.success ? dependencies.findPlayable(id.data, request) : null
}

async function mintToken(
  dependencies: EmbedDependencies,
  request: Request<{ id: string }>,
  video: EmbedVideo,
): Promise<PlayToken> {
  return newPlayToken({
    video,
    referrer: request.get('Referer'),
    fetchDestination: request.get('Sec-Fetch-Dest'),
    ownOrigin: ownOrigin(dependencies, request),
    embedKey: embedKeyOf(request.query.key),
    viewer: asksNotToBeCounted(request) ? '' : await dependencies.viewerHash(request, video),
    nowMs: Date.now(),
  })
}

function bootFor(dependencies: EmbedDependencies, video: EmbedVideo, token: PlayToken): EmbedBoot {
  const { signingKey, mediaBaseUrl = '/media', beaconUrl = '/beacon' } = dependencies
  const { publishedPrefix: prefix } = video
  const media = prefix && { prefix, playId: token.playId, expiresAtMs: token.expiresAtMs }
  return {
    videoId: video.id,
    title: video.title,
    isWaiting: !media,
    token: signPlayToken(signingKey, token),
    openUrl: `/embed/${video.id}/open`,
    stateUrl: `/embed/${video.id}/state`,
    beaconUrl,
    mediaUrl: media ? `${mediaBaseUrl}/${signMediaToken(signingKey, media)}/master.m3u8` : '',
    posterUrl: video.posterUrl,
    durationMs: video.durationMs,
    // Only a recording is watchable before its upload has ended.
    isLive: video.status === 'uploading',
  }
}

/** Global Privacy Control and Do Not Track: such a play counts, such a person does not. */
function asksNotToBeCounted(request: Request<{ id: string }>): boolean {
  return request.get('Sec-GPC') === '1' || request.get('DNT') === '1'
}

function embedKeyOf(key: unknown): string {
  return typeof key === 'string' ? key.slice(0, 64) : ''
}

function ownOrigin(dependencies: EmbedDependencies, request: Request<{ id: string }>): string {
  return dependencies.publicOrigin ?? `${request.protocol}://${request.host}`
}
