import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DatabaseLine, startDatabaseLine } from '#support/fault-proxy.ts'
import { until } from '#support/until.ts'
import { startUploadApi, type UploadApi } from '#support/upload-api.ts'
import { startWorker } from '#support/workers.ts'
import type { StartedProcess } from '../../infra/supervisor/start-process.ts'

const apiLines: { msg: string }[] = []
const workerLines: { msg: string }[] = []

let line: DatabaseLine
let api: UploadApi
let worker: StartedProcess
beforeAll(async () => {
  const settings = async (databaseUrl: string) => {
    line = await startDatabaseLine(databaseUrl)
    return { DATABASE_URL: line.url, LOG_LEVEL: 'info' }
  }
  api = await startUploadApi(settings, undefined, (text) => apiLines.push(JSON.parse(text)))
  const site = { folder: api.folder, databaseUrl: line.url }
  const own = { LOG_LEVEL: 'info' }
  worker = await startWorker(site, 'told', own, [], (text) => workerLines.push(JSON.parse(text)))
}, 60_000)
afterAll(async () => {
  await worker?.stop()
  await api?.stop()
  await line?.stop()
})

/** Of somebody who is signed in, and of whatever watches over the site. */
async function ask(): Promise<number[]> {
  const asked = await Promise.all([api.person.request('/api/videos'), fetch(`${api.url}/api/health`)])
  return asked.map(({ status }) => status)
}

test.each([
  ['that is gone', 'reset', 30],
  ['that says nothing', 'silence', 3],
] as const)(
  'an outage of a database %s is one line of each program when it begins and one when it ends',
  async (_what, cut, times) => {
    expect(await ask()).toEqual([200, 200])
    apiLines.length = 0
    workerLines.length = 0
    line.faults = cut === 'reset' ? { cutAfterBytes: 1, cut } : { isBlackhole: true }
    line.cutAll(cut)
    let refused = 0
    await until(ask, ([status]) => status === 503 && ++refused >= times)
    line.faults = {}
    line.cutAll('reset')
    await until(ask, ([status, health]) => status === 200 && health === 200)
    await until(
      async () => [apiLines, workerLines],
      (all) => all.every((lines) => lines.at(-1)?.msg === 'the database is there again'),
    )
    for (const lines of [apiLines, workerLines])
      expect(lines.map(({ msg }) => msg)).toEqual(['the database is away', 'the database is there again'])
  },
  120_000,
)
