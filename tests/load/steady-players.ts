import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { newPlayId } from '#contract/ids.ts'
import { beacon, watched } from '#support/plays.ts'
import { browser } from '#support/store-plays.ts'

/** Asked for by the first message, answered with a SteadyResult; a process of its own, so that it costs the tested one nothing. */
export interface SteadyPlan {
  port: number
  videoId: string
  seconds: number
  /** Each play sends one beacon. */
  playsPerSecond: number
}

export interface SteadyResult {
  acknowledged: number
  refused: number
  /** Of those that were acknowledged. */
  playIds: string[]
}

process.once('message', async (plan: SteadyPlan) => {
  const result = await run(plan)
  process.send!(result, () => process.disconnect())
})
process.send!('ready')

async function run({ port, videoId, seconds, playsPerSecond }: SteadyPlan): Promise<SteadyResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const result: SteadyResult = { acknowledged: 0, refused: 0, playIds: [] }
  const pending = new Set<Promise<void>>()
  const startedAt = performance.now()
  let sent = 0
  while (performance.now() - startedAt < seconds * 1000) {
    for (const due = ((performance.now() - startedAt) / 1000) * playsPerSecond; sent < due; sent++) {
      const playId = newPlayId()
      const body = JSON.stringify(beacon({ token: { videoId, playId }, state: watched(20) }))
      const answered = post(port, agent, body).then((status) => {
        if (status === 204) result.playIds.push(playId)
        else result.refused++
        pending.delete(answered)
      })
      pending.add(answered)
    }
    await pause(5)
  }
  await Promise.all(pending)
  agent.destroy()
  result.acknowledged = result.playIds.length
  return result
}

/** Resolves with the status, or 0 where there was none. */
function post(port: number, agent: Agent, body: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = { 'user-agent': browser, 'content-type': 'text/plain' }
    const sending = request({ port, host: '127.0.0.1', path: '/beacon', method: 'POST', agent, headers }, (answer) => {
      answer.resume()
      answer.once('end', () => resolve(answer.statusCode ?? 0))
    })
    sending.once('error', () => resolve(0))
    sending.end(body)
  })
}
