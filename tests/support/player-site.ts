// A small video site and a browser for the player's tests: real routes, real tokens, a real stream.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express, { type Express, type NextFunction, type Request, type Response } from 'express'
import { pino } from 'pino'
import { type Browser, chromium } from 'playwright-core'
import { build } from 'vite'
import { type AppError, errorBody } from '#contract/errors.ts'
import { type Beacon, beaconSchema } from '#contract/play-state.ts'
import type { PlayToken } from '#contract/play-token.ts'
import type { EmbedPolicy } from '#contract/site-rules.ts'
import { storyboardName, writeStoryboard } from '#contract/storyboard.ts'
import { createEmbedRouter } from '../../services/api/embed/embed-routes.ts'
import type { EmbedVideo } from '../../services/api/embed/embed-video.ts'
import { openPolicy } from '../../services/api/policies/judge-policy.ts'
import { closeServer, listen } from '../../services/program/listen.ts'
import { verifyMediaToken, verifyPlayToken } from '../../services/tokens/signed-token.ts'

export const key = { id: 'k1', secret: 'a secret of the tests that is long enough' }
export const videoId = 'bcdfghjkmnpq'

export interface TestSite {
  port: number
  origin: string
  /** What the catalog would say; tests change it. */
  video: EmbedVideo
  /** HTML of the pages of other sites, by host and path, such as `blog.example/post`. */
  pages: Map<string, string>
  beacons: (Beacon & { play: PlayToken })[]
  /** Plays from before this moment belong to an earlier test and are not heard. */
  sinceMs: number
  /** Method and path of every request to the site itself, and the bytes answered. */
  requests: { method: string; path: string; bytes: number; hasCookie: boolean }[]
  /** The collector answers with this status instead of 204. */
  beaconStatus: number
  /** Only those who bring a cookie may see the video. */
  isPrivate: boolean
  /** The stream ends after its second segment so far, and more is being made. */
  isGrowing: boolean
  /** The same, but nothing more comes: the video goes on under another prefix, `moved`. */
  isMoved: boolean
  /** `open` is refused while false. */
  isOpenReachable: boolean
  /** What the owner decided about sites. */
  policy: EmbedPolicy
  /** Sites whose players were turned away, one entry each time. */
  refusals: string[]
  stop(): Promise<void>
}

export async function startTestSite(): Promise<TestSite> {
  const folder = await mkdtemp(join(tmpdir(), 'player-test-'))
  await Promise.all([
    makeStream(join(folder, 'stream')),
    makeStoryboard(join(folder, 'board')),
    buildPlayer(join(folder, 'player')),
  ])
  const app = express()
  const server = createServer(app)
  const port = await listen(server, 0, '127.0.0.1')
  const site: TestSite = {
    ...asBegun(),
    port,
    origin: `http://localhost:${port}`,
    pages: new Map(),
    beacons: [],
    requests: [],
    refusals: [],
    stop: async () => {
      await closeServer(server, 100)
      await rm(folder, { recursive: true })
    },
  }
  addRoutes(app, site, folder)
  return site
}

/** What a test changed and what was heard is forgotten; the pages of other sites stay. */
export function resetSite(site: TestSite): void {
  for (const heard of [site.beacons, site.requests, site.refusals]) heard.length = 0
  Object.assign(site, { ...asBegun(), sinceMs: Date.now() })
}

function asBegun() {
  return {
    video: readyVideo(),
    sinceMs: 0,
    beaconStatus: 204,
    isPrivate: false,
    isGrowing: false,
    isMoved: false,
    isOpenReachable: true,
    policy: openPolicy,
  }
}

export function readyVideo(): EmbedVideo {
  return {
    id: videoId,
    ownerId: 'owner',
    title: 'Colours & tones',
    status: 'ready',
    durationMs: 8_000,
    width: 640,
    height: 360,
    publishedPrefix: 'stream',
    posterUrl: '/poster.jpg',
    isOwn: false,
    failureMessage: null,
  }
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP *.example 127.0.0.1',
    ],
  })
}

function addRoutes(app: Express, site: TestSite, folder: string): void {
  app.use((request, response, next) => {
    const page = site.pages.get(`${request.hostname}${request.path}`)
    if (page !== undefined) response.type('html').send(page)
    else if (request.hostname.endsWith('.example')) response.status(404).end()
    else recordRequest(site, request, response, next)
  })
  app.use('/embed/:id/open', (_, response, next) => {
    if (site.isOpenReachable) next()
    else response.status(503).end()
  })
  app.use(
    createEmbedRouter({
      findPlayable: async (id, request) => {
        const maySee = !site.isPrivate || request.headers.cookie !== undefined
        return id === site.video.id && maySee ? site.video : null
      },
      viewerHash: async () => '00000000000000aa',
      signingKey: key,
      signingKeys: [key],
      playerAssetsFolder: join(folder, 'player'),
      siteRules: {
        holdsFor: async () => site.policy,
        noteRefusal: (_, turnedAway) => site.refusals.push(turnedAway),
      },
      logger: pino({ level: 'silent' }),
    }),
  )
  app.get('/poster.jpg', (_, response) => response.sendFile(join(folder, 'stream', 'poster.jpg')))
  app.use('/media/:token', (request, response, next) => {
    const { prefix } = verifyMediaToken([key], request.params.token)
    response.set('Access-Control-Allow-Origin', '*')
    const isCut = site.isGrowing || (site.isMoved && prefix !== 'moved')
    if (isCut && request.path.endsWith('/index.m3u8')) {
      const end = site.isMoved ? '## QQVideo: goes on elsewhere\n#EXT-X-ENDLIST\n' : ''
      response.type('application/vnd.apple.mpegurl').send(beginningOf(join(folder, 'stream', request.path)) + end)
      return
    }
    // One stream under two names.
    express.static(join(folder, prefix === 'board' ? prefix : 'stream'))(request, response, next)
  })
  app.post('/beacon', express.text({ type: () => true }), (request, response) => {
    response.set('Access-Control-Allow-Origin', '*')
    const beacon = readBeacon(request.body)
    if (site.beaconStatus === 204 && beacon.play.issuedAtMs >= site.sinceMs) site.beacons.push(beacon)
    response.status(site.beaconStatus).end()
  })
  app.use((error: AppError, _request: Request, response: Response, _next: NextFunction) => {
    response.status(error.status ?? 500).json(error.status ? errorBody(error) : {})
  })
}

function recordRequest(site: TestSite, request: Request, response: Response, next: NextFunction): void {
  const bytesBefore = request.socket.bytesWritten
  response.on('finish', () =>
    site.requests.push({
      method: request.method,
      path: request.path,
      // Headers included; a connection serves several requests one after the other.
      bytes: request.socket.bytesWritten - bytesBefore,
      hasCookie: request.headers.cookie !== undefined,
    }),
  )
  next()
}

/** A playlist as it was while the rest of the video was still being made. */
function beginningOf(path: string): string {
  const whole = readFileSync(path, 'utf8').replace('PLAYLIST-TYPE:VOD', 'PLAYLIST-TYPE:EVENT')
  return `${whole.slice(0, whole.indexOf('s1.m4s'))}s1.m4s\n`
}

function readBeacon(body: string): Beacon & { play: PlayToken } {
  const beacon = beaconSchema.parse(JSON.parse(body))
  return { ...beacon, play: verifyPlayToken([key], beacon.token) }
}

async function buildPlayer(outDir: string): Promise<void> {
  const configFile = fileURLToPath(new URL('../../web/player/vite.config.ts', import.meta.url))
  await build({ configFile, build: { outDir, emptyOutDir: true } })
}

/** Eight seconds in two qualities with the sound apart, as the transcoder makes them, and a poster. */
async function makeStream(folder: string): Promise<void> {
  await run('ffmpeg', [
    ...'-v error -f lavfi -i testsrc2=s=640x360:r=30:d=8 -f lavfi -i sine=440:d=8'.split(' '),
    ...'-map 0:v -map 0:v -map 1:a -c:v libx264 -preset ultrafast -pix_fmt yuv420p -g 30 -s:v:1 320x180'.split(' '),
    ...'-b:v:0 900k -b:v:1 300k -c:a aac -b:a 96k -f hls -hls_time 2 -hls_playlist_type vod'.split(' '),
    ...'-hls_segment_type fmp4 -master_pl_name master.m3u8'.split(' '),
    ...['-var_stream_map', 'a:0,agroup:sound,default:yes v:0,agroup:sound v:1,agroup:sound'],
    ...['-hls_segment_filename', join(folder, '%v', 's%d.m4s'), join(folder, '%v', 'index.m3u8')],
  ])
  await run('ffmpeg', [
    ...'-v error -f lavfi -i testsrc2=s=640x360:d=1 -frames:v 1 -q:v 8'.split(' '),
    join(folder, 'poster.jpg'),
  ])
}

/** A tile for each of the eight seconds, from black to nearly white. */
async function makeStoryboard(folder: string): Promise<void> {
  await mkdir(folder)
  const brightening = "color=black:s=192x108:r=1:d=8,geq=lum='16+27*T':cb=128:cr=128,tile=5x5"
  await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', brightening, '-frames:v', '1', join(folder, '0.jpg')])
  const tiles = Array.from({ length: 8 }, (_, second) => ({
    startMs: second * 1_000,
    endMs: (second + 1) * 1_000,
    image: '0.jpg',
    ...{ x: (second % 5) * 192, y: Math.floor(second / 5) * 108, width: 192, height: 108 },
  }))
  await writeFile(join(folder, storyboardName), writeStoryboard(tiles))
}

async function run(command: string, args: string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${command} ended with ${code}`)
}
