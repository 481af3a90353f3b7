import { fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { signUp } from '../tests/support/person.ts'
import { type Figure, type GroupOptions, median, pairedRatio, range } from './figure.ts'
import { sendRange } from './send-range.ts'
import { sendRequest } from './send-request.ts'
import { slowLinesFigure } from './slow-lines.ts'
import { startWholeSystem } from './whole-system.ts'

/** A big file from this machine to this machine, through everything that stands between a browser and the disk. */
export async function uploadGroup({ quick }: GroupOptions): Promise<Figure[]> {
  const megabytes = quick ? 64 : 200
  const runs = quick ? 3 : 5
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-bench-'))
  const bare = await startBareServer(folder)
  // No transcoder: it would encode what is no video while the next run is measured.
  const system = await startWholeSystem(join(folder, 'data'), { TRANSCODERS: '0' })
  try {
    const file = join(folder, 'file')
    await makeFile(file, megabytes)
    const person = await signUp(system.url)
    const headers = { Cookie: person.cookie, Origin: system.url }
    const ways = {
      multipart: () => sendForm(system.port, file, megabytes, headers),
      tus: () => sendResumable(system.port, file, megabytes, headers),
    }
    const speeds = { multipart: [] as number[], tus: [] as number[], bare: [] as number[] }
    for (const way of ['multipart', 'tus'] as const) await ways[way]()
    for (let run = 0; run < runs; run++) {
      speeds.multipart.push(megabytes / (await seconds(ways.multipart)))
      speeds.bare.push(megabytes / (await seconds(() => sendBare(bare.port, file, megabytes))))
      speeds.tus.push(megabytes / (await seconds(ways.tus)))
      await forgetFiles(folder, file)
    }
    const figures = (['multipart', 'tus'] as const).map((way) => figure(way, speeds[way], speeds.bare, megabytes))
    return [...figures, await slowLinesFigure(system.port, file, headers)]
  } finally {
    await system.stop()
    bare.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function figure(way: string, ours: number[], baseline: number[], megabytes: number): Figure {
  const ratio = pairedRatio(ours, baseline)
  return {
    name: `upload.${way}_mbps`,
    value: median(ours),
    unit: 'MB/s',
    baseline: median(baseline),
    ratio,
    goal: 'ratio ≥ 0.6',
    met: ratio >= 0.6,
    runs: ours.length,
    note: `${megabytes} MB, through the gateway until the video row exists, the bare server until its one fsync; ours ${range(ours, 'MB/s')}, bare server ${range(baseline, 'MB/s')}`,
  }
}

async function startBareServer(folder: string): Promise<{ port: number; stop(): void }> {
  const child = fork(fileURLToPath(new URL('./bare-upload-server.ts', import.meta.url)), [folder])
  const port = await new Promise<number>((resolve) => child.once('message', (message) => resolve(message as number)))
  return { port, stop: () => child.kill() }
}

async function makeFile(path: string, megabytes: number): Promise<void> {
  const handle = await open(path, 'w')
  for (let written = 0; written < megabytes; written++) await handle.write(randomBytes(1_000_000))
  await handle.close()
}

/** The disk of the machine is not the thing that is measured; it shall not run full either. */
async function forgetFiles(folder: string, file: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (path !== file && name !== 'data') await rm(path, { recursive: true })
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (performance.now() - startedAt) / 1000
}

const boundary = 'qqvideo-bench-boundary'

async function sendForm(port: number, file: string, megabytes: number, headers: Record<string, string>): Promise<void> {
  const head = `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n`
  const tail = `\r\n--${boundary}--\r\n`
  const length = head.length + megabytes * 1_000_000 + tail.length
  async function* body() {
    yield head
    yield* createReadStream(file, { highWaterMark: 256 * 1024 })
    yield tail
  }
  await sendRequest(port, 'POST', '/api/videos', Readable.from(body(), { objectMode: false }), 201, {
    ...headers,
    'Content-Type': `multipart/form-data; boundary=${boundary}`,
    'Content-Length': String(length),
  })
}

const chunkBytes = 32_000_000

async function sendResumable(
  port: number,
  file: string,
  megabytes: number,
  headers: Record<string, string>,
): Promise<void> {
  const common = { ...headers, 'Tus-Resumable': '1.0.0' }
  const length = megabytes * 1_000_000
  const created = await sendRequest(port, 'POST', '/api/uploads', Readable.from([]), 201, {
    ...common,
    'Upload-Length': String(length),
    'Content-Length': '0',
  })
  const whole = { startByte: 0, endByte: length, chunkBytes }
  await sendRange(port, { file, path: created.location!, ...whole }, common)
}

async function sendBare(port: number, file: string, megabytes: number): Promise<void> {
  const body = createReadStream(file, { highWaterMark: 256 * 1024 })
  await sendRequest(port, 'POST', '/', body, 204, { 'Content-Length': String(megabytes * 1_000_000) })
}
