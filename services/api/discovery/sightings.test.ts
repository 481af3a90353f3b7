import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { DiscoveryRow } from '#contract/discovery.ts'
import type { EmbedPolicyReport } from '#contract/site-rules.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { until } from '#support/until.ts'
import { createSightings, type Sighting } from './sightings.ts'

let api: TestApi
let ada: Person
let videoId: string

beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url)
})

afterAll(() => api?.stop())

beforeEach(async () => {
  videoId = await api.addVideo(ada)
})

/** One batch, written at once. */
async function note(names: string[], kind: Sighting['kind'] = 'oembed'): Promise<void> {
  const faults: unknown[] = []
  const logger = { warn: (fault: unknown) => faults.push(fault) }
  const sightings = createSightings({ database: api.catalog.database, logger, everyMs: 60_000 })
  for (const name of names) sightings.note({ videoId, kind, name })
  await sightings.stop()
  expect(faults).toEqual([])
}

const agents = (from: number, to: number) => Array.from({ length: to - from }, (_, place) => `agent ${from + place}`)

async function stored(): Promise<Map<string, number>> {
  const rows = await api.catalog.database
    .selectFrom('sighting')
    .select(['name', 'count'])
    .where('video_id', '=', videoId)
    .execute()
  return new Map(rows.map(({ name, count }) => [name, Number(count)]))
}

test('a video collects 300 names of one kind a day, however many come within one second', async () => {
  await note(agents(0, 900))
  const names = await stored()
  expect(names.size).toBe(301)
  expect(names.get('(others)')).toBe(600)
})

test('what comes later goes to others, and a name that is there already goes on being counted', async () => {
  await note(agents(0, 250))
  await note([...agents(200, 400), 'agent 0'])
  await note([...agents(0, 300), 'a new one'])
  const names = await stored()
  expect(names.size).toBe(301)
  expect(names.get('(others)')).toBe(101)
  expect(names.get('agent 0')).toBe(3)
  expect([...names.values()].reduce((sum, count) => sum + count, 0)).toBe(250 + 201 + 301)
})

test('what was seen is stored soon by itself, so that a kill loses a second of it and no more', async () => {
  const sightings = createSightings({ database: api.catalog.database, logger: { warn: () => {} } })
  sightings.note({ videoId, kind: 'unfurl', name: 'Slack' })
  expect(await until(stored, (names) => names.size > 0)).toEqual(new Map([['Slack', 1]]))
  await sightings.stop()
})

test('its owner is shown the 500 names that came most often', async () => {
  const yesterday = new Date(Date.now() - 24 * 60 * 60_000)
  const rows = (kind: Sighting['kind']) =>
    agents(0, 600).map((name, place) => ({
      ...{ video_id: videoId, kind, name, day: yesterday.toISOString().slice(0, 10) },
      ...{ count: place + 1, first_seen: yesterday, last_seen: new Date() },
    }))
  await api.catalog.database
    .insertInto('sighting')
    .values([...rows('oembed'), ...rows('refused')])
    .execute()
  const read = async (path: string) => (await ada.request(`/api/videos/${videoId}${path}`)).json()
  const discovery = (await read('/views/discovery')) as DiscoveryRow[]
  const { turnedAway } = (await read('/embed-policy/report')) as EmbedPolicyReport
  for (const shown of [discovery, turnedAway]) {
    expect(shown).toHaveLength(500)
    expect(Math.min(...shown.map(({ count }) => count))).toBe(101)
  }
})
