import { Readable } from 'node:stream'
import { allParts, partPath, partRange } from '../services/contract/upload-parts.ts'
import { startFaultProxy } from '../tests/support/fault-proxy.ts'
import { type Figure, median, pairedRatio, range } from './figure.ts'
import { sendRange } from './send-range.ts'
import { sendRequest } from './send-request.ts'

const megabytes = 32
// What a window of 512 KB carries where the answer takes 80 ms.
const faults = { bytesPerSecond: 6_000_000, latencyMs: 40 }
const runs = 3
const chunkBytes = 8_000_000

/** A file over a long line, on which each connection carries only so much: in four parts, and in one. */
export async function slowLinesFigure(port: number, file: string, headers: Record<string, string>): Promise<Figure> {
  const line = await startFaultProxy(() => port, faults)
  try {
    const speeds = { one: [] as number[], four: [] as number[] }
    for (let run = 0; run < runs; run++) {
      speeds.one.push(await speedOf(() => sendFile(line.port, file, headers, 1)))
      speeds.four.push(await speedOf(() => sendFile(line.port, file, headers, 4)))
    }
    const ratio = pairedRatio(speeds.four, speeds.one)
    return {
      name: 'upload.slow_lines_mbps',
      value: median(speeds.four),
      unit: 'MB/s',
      baseline: median(speeds.one),
      ratio,
      goal: 'ratio ≥ 3',
      met: ratio >= 3,
      runs,
      note: `${megabytes} MB over connections of 6 MB/s and 80 ms there and back, until the video row exists; in four parts ${range(speeds.four, 'MB/s')}, in one ${range(speeds.one, 'MB/s')}`,
    }
  } finally {
    await line.stop()
  }
}

async function speedOf(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return (megabytes * 1000) / (performance.now() - startedAt)
}

async function sendFile(port: number, file: string, person: Record<string, string>, partCount: number) {
  const headers = { ...person, 'Tus-Resumable': '1.0.0' }
  const sizeBytes = megabytes * 1_000_000
  const creation = {
    ...headers,
    'Upload-Length': String(sizeBytes),
    'Upload-Parts': String(partCount),
    'Content-Length': '0',
  }
  const { location } = await sendRequest(port, 'POST', '/api/uploads', Readable.from([]), 201, creation)
  const answers = await Promise.all(
    allParts(partCount).map((part) => {
      const path = partCount === 1 ? location! : location! + partPath(part)
      return sendRange(port, { file, path, chunkBytes, ...partRange(sizeBytes, part) }, headers)
    }),
  )
  if (!answers.some((told) => told['x-video-id'])) throw new Error('The upload became no video.')
}
