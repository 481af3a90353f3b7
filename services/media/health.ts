import type { ServerResponse } from 'node:http'
import type { Storage } from '#storage/storage.ts'
import type { Logger } from '../program/logger.ts'
import type { DeliveryCounts } from './delivery-counts.ts'
import type { ObjectCache } from './object-cache.ts'

interface HealthOptions {
  storage: Storage
  cache: ObjectCache
  counts: DeliveryCounts
  logger: Logger
}

/** Answers `GET /media/health`: 200 or, where the storage can't be read, 503; why is told to the log only. */
export function createHealth({ storage, cache, counts, logger }: HealthOptions) {
  const isReadable = rememberFor(probeMs, () => probe(storage, logger))
  return async (response: ServerResponse): Promise<void> => {
    const ready = await isReadable()
    const { segments, bytes } = counts
    const body = JSON.stringify({ ready, delivered: { segments, bytes }, cache: cache.sizes })
    const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
    response.writeHead(ready ? 200 : 503, headers).end(body)
  }
}

// Whoever asks how often: the storage is asked at most this often.
const probeMs = 5_000

async function probe(storage: Storage, logger: Logger): Promise<boolean> {
  try {
    await storage.head('health/probe')
    return true
  } catch (error) {
    logger.warn({ err: error }, 'the storage can’t be read')
    return false
  }
}

function rememberFor<Value>(forMs: number, ask: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | undefined
  let askedAtMs = 0
  return () => {
    if (!answer || performance.now() - askedAtMs > forMs) {
      askedAtMs = performance.now()
      answer = ask()
    }
    return answer
  }
}
