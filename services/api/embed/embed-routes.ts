import { randomBytes } from 'node:crypto'
import { type Request, type RequestHandler, type Response, Router, text } from 'express'
import type { z } from 'zod'
import {
  type EmbedState,
  type OpenAnswer,
  type OpenRefusal,
  openRequestSchema,
  stateRequestSchema,
} from '#contract/embed.ts'
import { AppError } from '#contract/errors.ts'
import { videoIdSchema } from '#contract/ids.ts'
import type { StoryboardAnswer } from '#contract/pictures.ts'
import type { PlayToken } from '#contract/play-token.ts'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import type { Logger } from '../../program/logger.ts'
import { type SigningKey, signPlayToken, verifyPlayToken } from '../../tokens/signed-token.ts'
import { ownOrigin } from '../http/own-origin.ts'
import { type MediaPlace, originOf } from '../media-address.ts'
import { believedTitle } from '../page-titles/believed-title.ts'
import type { PageTitle } from '../page-titles/page-titles.ts'
import { frameSources } from '../policies/frame-sources.ts'
import { isGuarding, judgePolicy, openPolicy, type Verdict } from '../policies/judge-policy.ts'
import { bootFor, captionLinks, mediaUrlOf, storyboardUrlOf } from './embed-boot.ts'
import { type EmbedView, embedDocument, retryAfterSeconds } from './embed-document.ts'
import { documentHeaders, unwantedHeaders } from './embed-headers.ts'
import { embedTexts } from './embed-texts.ts'
import { type EmbedVideo, stateOf } from './embed-video.ts'
import { type Minting, mintToken } from './mint-token.ts'
import { openedPlayToken, renewedPlayToken } from './play-tokens.ts'
import { loadPlayerAssets } from './player-assets.ts'
import { sendPage, sendPlayerFile } from './send-compressed.ts'
import { type Refusal, tellRefusal } from './tell-refusal.ts'

export interface EmbedDependencies extends Minting, MediaPlace {
  /** Null where there is no such video, or none that this asker may see. */
  findPlayable(videoId: string, request: Request): Promise<EmbedVideo | null>
  /** All that are good for checking. */
  signingKeys: readonly SigningKey[]
  /** Where `vite build` put the player: `web/player/dist`. */
  playerAssetsFolder: string
  beaconUrl?: string
  /** On which sites players may open; without it, everywhere. */
  siteRules?: SiteRules
  /** What the page around a player calls itself, where that is to be believed. */
  noteTitle?(title: PageTitle): void
  logger: Logger
}

export interface SiteRules {
  holdsFor(videoId: string): Promise<EmbedPolicy>
  /** A player was turned away. */
  noteRefusal(videoId: string, site: string): void
}

/**
 * `GET /embed/:id`, `POST /embed/:id/state`, `POST /embed/:id/open`, `POST /embed/:id/storyboard`, `GET /embed.js` and `GET /player/*`.
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
  router.post('/embed/:id/storyboard', body, tellStoryboard(dependencies))
  return router
}

type Inline = { style: string; script: string }

function showDocument(dependencies: EmbedDependencies, inline: Inline): RequestHandler<{ id: string }> {
  const connect = [dependencies.mediaBaseUrl, dependencies.beaconUrl].flatMap((url) => originOf(url) ?? [])
  return async (request, response) => {
    const { view, frames = null } = await chooseView(dependencies, request)
    const nonce = randomBytes(16).toString('base64')
    for (const name of unwantedHeaders) response.removeHeader(name)
    response.status(statusOf[view.kind]).set(documentHeaders(nonce, { connect, frames }))
    if (view.kind === 'unavailable') response.set('Retry-After', String(retryAfterSeconds))
    const privacyUrl = view.kind === 'missing' ? undefined : `/embed/${request.params.id}/privacy`
    await sendPage(
      request,
      response,
      embedDocument(view, { nonce, language: request.get('Accept-Language'), privacyUrl, ...inline }),
    )
  }
}

const statusOf = { player: 200, waiting: 200, failed: 200, refused: 403, missing: 404, unavailable: 503 } as const

/** What to show, and to which frames where that is not all of them. */
async function chooseView(
  dependencies: EmbedDependencies,
  request: Request<{ id: string }>,
): Promise<{ view: EmbedView; frames?: string[] | null }> {
  try {
    const video = await findVideo(dependencies, request)
    if (!video) return { view: { kind: 'missing' } }
    const state = stateOf(video)
    if (state === 'failed') return { view: { kind: 'failed', title: video.title, message: video.failureMessage } }
    const policy = await policyOf(dependencies, video.id)
    const token = await mintToken(dependencies, request, video, ownOrigin(request))
    const verdict = judgePolicy(policy, token)
    const refusal = refusalOf(dependencies, request, verdict)
    // A site that the document's request does not show may still be known to the browser: `open` has the last word.
    if (refusal?.why === 'unwanted') return { view: { kind: 'refused', title: video.title, refusal } }
    const boot = bootFor(dependencies, video, token, policy, verdict)
    return {
      view: { kind: state === 'waiting' ? 'waiting' : 'player', boot },
      // Where the site is not known yet, its viewers must be able to read why nothing plays.
      frames: token.grade === 'hidden' ? null : frameSources(policy),
    }
  } catch (error) {
    dependencies.logger.error({ err: error, videoId: request.params.id }, 'could not make an embed document')
    return { view: { kind: 'unavailable' } }
  }
}

async function policyOf({ siteRules }: EmbedDependencies, videoId: string): Promise<EmbedPolicy> {
  return siteRules ? siteRules.holdsFor(videoId) : openPolicy
}

function refusalOf(
  dependencies: EmbedDependencies,
  request: Request<{ id: string }>,
  verdict: Verdict,
): Refusal | null {
  if (verdict.kind !== 'refuse') return null
  const { id } = request.params
  if (verdict.why === 'unwanted') dependencies.siteRules?.noteRefusal(id, verdict.site)
  return { ...verdict, watchUrl: `${ownOrigin(request)}/watch/${id}` }
}

function tellState(dependencies: EmbedDependencies): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const token = verifyToken(dependencies, request, parse(stateRequestSchema, request.body).token)
    const video = await findVideo(dependencies, request)
    if (!video) throw new AppError('not_found')
    openToAnyFrame(response).json(await answerState(dependencies, video, token))
  }
}

async function answerState(dependencies: EmbedDependencies, video: EmbedVideo, token: PlayToken): Promise<EmbedState> {
  const state = stateOf(video)
  if (state !== 'playable') return { state }
  const policy = await policyOf(dependencies, video.id)
  const renewed = renewedPlayToken(token, video, Date.now())
  return { state, boot: bootFor(dependencies, video, renewed, policy, judgePolicy(policy, renewed)) }
}

/** Asked when somebody first looks for a moment, not told in the document, which most leave without doing so. */
function tellStoryboard(dependencies: EmbedDependencies): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const token = verifyToken(dependencies, request, parse(stateRequestSchema, request.body).token)
    const video = await findVideo(dependencies, request)
    if (!video) throw new AppError('not_found')
    if (judgePolicy(await policyOf(dependencies, video.id), token).kind === 'refuse') throw new AppError('forbidden')
    const answer: StoryboardAnswer = { url: storyboardUrlOf(dependencies, video, token) }
    openToAnyFrame(response).json(answer)
  }
}

function open(dependencies: EmbedDependencies): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const { token, ancestors, isTop, page } = parse(openRequestSchema, request.body)
    const signals = { ancestors, isTop, handshake: page ?? null }
    const opening = verifyToken(dependencies, request, token)
    const opened = openedPlayToken(opening, signals, ownOrigin(request))
    const answer = await answerOpen(dependencies, request, opened)
    openToAnyFrame(response).json(answer)
    if ('token' in answer) noteTitle(dependencies, opened, believedTitle(opened, page, Date.now()))
  }
}

/** Beside the answer, which never waits for it. */
function noteTitle(dependencies: EmbedDependencies, play: PlayToken, title: string): void {
  const { playId, videoId, site, page } = play
  if (title !== '') dependencies.noteTitle?.({ playId, videoId, site, page, title })
}

async function answerOpen(
  dependencies: EmbedDependencies,
  request: Request<{ id: string }>,
  play: PlayToken,
): Promise<OpenAnswer | OpenRefusal> {
  const policy = await policyOf(dependencies, play.videoId)
  if (!isGuarding(policy)) return { token: signPlayToken(dependencies.signingKey, play) }
  const verdict = judgePolicy(policy, play)
  if (verdict.kind === 'refuse' && verdict.why === 'hidden')
    dependencies.siteRules?.noteRefusal(play.videoId, verdict.site)
  const refusal = refusalOf(dependencies, request, verdict)
  if (refusal) return { blocked: true, ...tellRefusal(refusal, embedTexts(request.get('Accept-Language')).texts) }
  const video = await findVideo(dependencies, request)
  if (!video) throw new AppError('not_found')
  // Its file may have been replaced since the document was made: what plays is measured by its own length.
  const measured = { ...play, durationMs: video.durationMs }
  return {
    token: signPlayToken(dependencies.signingKey, measured),
    mediaUrl: mediaUrlOf(dependencies, video, measured),
    ...captionLinks(dependencies, video, measured),
    clickToPlay: verdict.kind === 'click-to-play',
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
