import { setTimeout as pause } from 'node:timers/promises'
import { newPlayId, newVideoId } from '#contract/ids.ts'
import { beacon, watched } from '#support/plays.ts'
import { browser } from '#support/store-plays.ts'
import { readWatchCounts } from '../../services/api/views/watch-counts.ts'
import type { startCollector } from './collector.ts'
import { runLoad } from './run-load.ts'

type Collector = Pick<Awaited<ReturnType<typeof startCollector>>, 'url' | 'client'>

/** Seconds from the 204 of a beacon until the api's query counts it, for one beacon every 50 ms among the load. */
export async function measureFreshness(
  collector: Collector,
  load: { seconds: number; rate: number; connections: number },
): Promise<number[]> {
  const videoId = newVideoId()
  const answeredAtMs: number[] = []
  const ages: number[] = []
  const ended = runLoad({ url: collector.url, ...load }).then(() => true)
  const sending = (async () => {
    while (!(await Promise.race([ended, pause(50, false)]))) {
      await sendOne(collector.url, videoId)
      answeredAtMs.push(Date.now())
    }
    return true
  })()
  // Rows are drained in the order in which they were answered, so the n-th to be counted is the n-th that was sent.
  while (ages.length < answeredAtMs.length || !(await Promise.race([sending, pause(20, false)]))) {
    const counted = (await readWatchCounts(collector.client, [videoId])).get(videoId)?.starts ?? 0
    while (ages.length < Math.min(counted, answeredAtMs.length)) {
      ages.push((Date.now() - answeredAtMs[ages.length]!) / 1000)
    }
  }
  return ages
}

async function sendOne(url: string, videoId: string): Promise<void> {
  const body = JSON.stringify(beacon({ token: { videoId, playId: newPlayId() }, state: watched(20) }))
  const answer = await fetch(url, { method: 'POST', body, headers: { 'User-Agent': browser } })
  if (answer.status !== 204) throw new Error(`The collector answered ${answer.status}.`)
}
