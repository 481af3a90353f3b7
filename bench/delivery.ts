import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { newPlayId } from '#contract/ids.ts'
import { playTokenLifetimeMs } from '#contract/token-lifetimes.ts'
import { openStorage } from '#storage/open-storage.ts'
import { type StartedProcess, startProcess } from '../infra/supervisor/start-process.ts'
import { signMediaToken } from '../services/tokens/signed-token.ts'
import { type Baseline, startBaseline } from './delivery/start-baseline.ts'
import { type Figure, type GroupOptions, median, pairedRatio, range } from './figure.ts'

/** Segments through tokens, validators and cache, against nginx with the same files; without nginx against a bare node server. */
export async function deliveryGroup({ quick }: GroupOptions): Promise<Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-bench-'))
  const servers = await startServers(folder)
  try {
    const figures: Figure[] = []
    for (const load of loads) figures.push(await measure(load, servers, folder, quick))
    return figures
  } finally {
    await Promise.all([servers.ours.stop(), servers.plain.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

interface Load {
  name: string
  unit: 'MB/s' | '1/s'
  segments: number
  segmentBytes: number
  what: string
}

const loads: Load[] = [
  {
    name: 'delivery.segment_mbps',
    unit: 'MB/s',
    segments: 100,
    segmentBytes: 2_000_000,
    what: '200 MB of segments in turn, three times what the cache holds',
  },
  {
    name: 'delivery.hot_segment_mbps',
    unit: 'MB/s',
    segments: 10,
    segmentBytes: 2_000_000,
    what: '20 MB of segments that many watch at once',
  },
  {
    name: 'delivery.segment_rps',
    unit: '1/s',
    segments: 100,
    segmentBytes: 30_000,
    what: 'segments of 30 kB, as of sound or a small picture',
  },
]

const connections = 16
const prefix = 'videos/bcdfghjkmnpq/a1/ladder'
const key = { id: 'bench', secret: 'only for the length of this benchmark' }

interface Servers {
  ours: StartedProcess
  plain: Baseline
}

async function startServers(folder: string): Promise<Servers> {
  const PATH = process.env.PATH ?? ''
  const [ours, plain] = await Promise.all([
    startProcess({
      name: 'media',
      program: pathOf('../services/media/main.ts'),
      environment: {
        PATH,
        PORT: '0',
        STORAGE_URL: `disk://${folder}`,
        SIGNING_KEYS: `${key.id}:${key.secret}`,
        // Nobody listens there: everything that is sent is written down and waits, as in an outage.
        BEACON_URL: 'http://127.0.0.1:9',
        DELIVERIES_FOLDER: join(folder, 'deliveries'),
        LOG_LEVEL: 'error',
      },
    }),
    startBaseline(folder),
  ])
  return { ours, plain }
}

async function measure(load: Load, servers: Servers, folder: string, quick: boolean): Promise<Figure> {
  const paths = await storeSegments(load, folder)
  const ours = () => {
    // Plays of their own in each run, since a segment that went to a play before needs no writing down.
    const tokens = Array.from({ length: playsPerRun }, () => tokenOfPlay(load))
    const ofPlay = (token: string) => paths.map((path) => `/media/${token}/${path}`)
    return run(load, servers.ours.port!, tokens.flatMap(ofPlay), quick)
  }
  const files = paths.map((path) => `/${prefix}/${path}`)
  const plain = () => run(load, servers.plain.port, files, quick)
  await ours()
  await plain()
  const values = { ours: [] as number[], plain: [] as number[] }
  for (let pair = 0; pair < (quick ? 3 : 5); pair++) {
    values.ours.push(await ours())
    values.plain.push(await plain())
  }
  return figure(load, servers.plain.name, values)
}

const playsPerRun = 50

function tokenOfPlay({ segments }: Load): string {
  const expiresAtMs = Date.now() + playTokenLifetimeMs
  return signMediaToken(key, { prefix, playId: newPlayId(), expiresAtMs, durationMs: segments * segmentMs })
}

const segmentMs = 6_000

async function storeSegments(load: Load, folder: string): Promise<string[]> {
  const storage = await openStorage(`disk://${folder}`)
  const paths = Array.from({ length: load.segments }, (_, index) => `${load.segmentBytes}/${index}.m4s`)
  const lines = paths.map((_, at) => `#EXTINF:${segmentMs / 1_000},\n${at}.m4s\n`)
  await storage.put(`${prefix}/${load.segmentBytes}/playlist.m3u8`, Buffer.from(`#EXTM3U\n${lines.join('')}`))
  for (const path of paths) await storage.put(`${prefix}/${path}`, Buffer.alloc(load.segmentBytes, path))
  return paths
}

async function run({ unit }: Load, port: number, paths: string[], quick: boolean): Promise<number> {
  const result = await autocannon({
    url: `http://127.0.0.1:${port}`,
    connections,
    duration: quick ? 2 : 5,
    requests: paths.map((path) => ({ path })),
  })
  if (result.non2xx > 0 || result.errors > 0) throw new Error('A server under measurement refused requests.')
  return unit === 'MB/s' ? result.throughput.average / 1e6 : result.requests.average
}

function figure(
  { name, unit, what }: Load,
  plainName: string,
  { ours, plain }: { ours: number[]; plain: number[] },
): Figure {
  const ratio = pairedRatio(ours, plain)
  return {
    name,
    value: median(ours),
    unit,
    baseline: median(plain),
    ratio,
    goal: 'ratio ≥ 0.5',
    met: ratio >= 0.5,
    runs: ours.length,
    note: `${range(ours, unit)}; ${plainName} ${range(plain, unit)}; ${connections} connections, ${what}`,
  }
}

function pathOf(relative: string): string {
  return fileURLToPath(new URL(relative, import.meta.url))
}

interface AutocannonResult {
  requests: { average: number }
  throughput: { average: number }
  non2xx: number
  errors: number
}

// It has no types of its own.
const autocannon: (options: object) => Promise<AutocannonResult> = createRequire(import.meta.url)('autocannon')
