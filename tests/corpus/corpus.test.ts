import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Video } from '#contract/video.ts'
import { corpusFolder } from '#support/media.ts'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { allowedOutcomes } from './allowed-outcomes.ts'
import { checkReady } from './check-ready.ts'
import { type CorpusRow, readIndex } from './read-index.ts'

let site: TestSystem
let person: Person
let workers: (number | undefined)[]

const rows = readIndex(corpusFolder)
const table: { path: string; outcome: string; seconds: number }[] = []

beforeAll(async () => {
  if (rows.length === 0) return
  site = await startTestSystem()
  person = await signUp(site.url)
  workers = workerIds()
})
afterAll(async () => {
  tell()
  await site?.stop()
})

if (rows.length === 0)
  console.warn('SKIPPED: the folder of real-world clips, ../shared/media, is not beside the repository')

test.skipIf(rows.length === 0).each(rows)('$path ends as expected: $expected', async (row) => {
  const begun = performance.now()
  const { outcome, video } = await send(row)
  const seconds = (performance.now() - begun) / 1_000
  table.push({ path: row.path, outcome: [outcome, ...(video?.flags ?? [])].join(' '), seconds })
  expect(allowedOutcomes(row)).toContain(outcome)
  if (video && outcome === 'ready') expect(await checkReady(site, video, join(corpusFolder!, row.path))).toEqual([])
  if (video) expect(await attemptsOf(video.id)).toBeLessThanOrEqual(1)
  expect(workerIds()).toEqual(workers)
})

/** Through the front door, as a person would. A refusal at the door is an outcome like another. */
async function send({ path }: CorpusRow): Promise<{ outcome: string; video: Video | null }> {
  const form = new FormData()
  form.set('visibility', 'public')
  form.set('file', new Blob([await readFile(join(corpusFolder!, path))]), path.split('/').at(-1)!)
  const answer = await person.request('/api/videos', { method: 'POST', body: form })
  const body = (await answer.json()) as { id: string; error: { code: string } }
  if (!answer.ok) return { outcome: body.error.code, video: null }
  const ended = await until(
    () => person.video(body.id),
    ({ status }) => status === 'ready' || status === 'failed',
    50 * 60_000,
  )
  return { outcome: ended.status === 'ready' ? 'ready' : ended.failure!.code, video: ended }
}

/** By the folders that they left; none where the last one cleaned up. */
async function attemptsOf(videoId: string): Promise<number> {
  const folders = await readdir(join(site.dataFolder, 'storage', 'videos', videoId)).catch(() => [])
  return Math.max(0, ...folders.map((name) => Number(/^a(\d+)$/.exec(name)?.[1] ?? 0)))
}

function workerIds(): (number | undefined)[] {
  const all = site.system.processes().filter(({ name }) => name.startsWith('transcoder'))
  return all.map((process) => process.current()?.pid)
}

function tell(): void {
  const counts = new Map<string, number>()
  for (const { outcome } of table) counts.set(outcome, (counts.get(outcome) ?? 0) + 1)
  const lines = table.map(({ path, outcome, seconds }) => `${path} | ${outcome} | ${seconds.toFixed(1)}`)
  const sums = [...counts].sort(([, one], [, other]) => other - one).map(([outcome, count]) => `${count} × ${outcome}`)
  console.log(`file | outcome | seconds\n${lines.join('\n')}\n${table.length} files: ${sums.join(', ')}`)
}
