import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'
import { createLiveOutage } from './live-outage.ts'

describe('an outage of the live streams', () => {
  const minuteMs = 60_000

  test('is one line in the log, and the next one another', () => {
    const lines: unknown[] = []
    const tell = createLiveOutage({ warn: (line: unknown) => lines.push(line) })
    const fault = new Error('no answer')
    for (let nowMs = 0; nowMs < 60 * minuteMs; nowMs += 750) tell(fault, nowMs)
    expect(lines).toEqual([{ err: fault }])
    tell(fault, 70 * minuteMs)
    expect(lines).toHaveLength(2)
  })
})

describe('a question that ClickHouse does not answer', () => {
  let api: TestApi
  let ada: Person

  beforeAll(async () => {
    api = await startTestApi()
    ada = await signUp(api.url)
  })

  afterAll(() => api?.stop())

  test('leaves no lines of the client beside our own', async () => {
    const video = await api.addVideo(ada)
    const spies = (['log', 'info', 'warn', 'error', 'debug'] as const).map((name) =>
      vi.spyOn(console, name).mockImplementation(() => {}),
    )
    await api.clickhouse.kill()
    expect((await ada.request(`/api/videos/${video}/views`)).status).toBe(503)
    expect(spies.flatMap((spy) => spy.mock.calls)).toEqual([])
    vi.restoreAllMocks()
  })
})
