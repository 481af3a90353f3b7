import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Progress, Video } from '#contract/video.ts'
import { startTestApi, type TestApi } from '#support/api.ts'
import { type Person, signUp } from '#support/person.ts'

let api: TestApi
let ada: Person
let bob: Person

beforeAll(async () => {
  api = await startTestApi()
  ada = await signUp(api.url, 'Ada')
  bob = await signUp(api.url, 'Bob')
})
afterAll(() => api?.stop())

function change(id: string, values: { status?: Video['status']; progress?: Progress; failure_code?: string }) {
  const { progress, ...rest } = values
  const told = progress && { progress: JSON.stringify(progress) }
  return api.catalog.database
    .updateTable('video')
    .set({ ...rest, ...told })
    .where('id', '=', id)
    .execute()
}

/** The videos that the stream tells, one after the other. */
async function* follow(person: Person, id: string): AsyncGenerator<Video> {
  const answer = await person.request(`/api/videos/${id}/progress`)
  expect(answer.headers.get('content-type')).toBe('text/event-stream')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  let rest = ''
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    const events = (rest + chunk).split('\n\n')
    rest = events.pop()!
    for (const event of events) if (event.startsWith('data: ')) yield JSON.parse(event.slice('data: '.length))
  }
}

const ladder: Progress = { stage: 'ladder', percent: 40, speed: 3.2, secondsLeft: 12 }

test('each change is told until the video is ready, and then the stream ends', async () => {
  const id = await api.addVideo(ada)
  await change(id, { status: 'processing' })
  const told: Video[] = []
  for await (const video of follow(ada, id)) {
    told.push(video)
    if (video.status === 'processing') await change(id, { status: 'playable', progress: ladder })
    if (video.status === 'playable') await change(id, { status: 'ready' })
  }
  expect(told.map(({ status }) => status)).toEqual(['processing', 'playable', 'ready'])
  expect(told[1]!.progress).toEqual(ladder)
})

test('several follow the same video, and only its owner is told why it failed', async () => {
  const id = await api.addVideo(ada)
  await change(id, { status: 'processing' })
  const [mine, another] = await Promise.all(
    [ada, bob].map(async (person) => {
      let last: Video | undefined
      for await (const video of follow(person, id)) {
        last = video
        if (video.status === 'processing') await change(id, { status: 'failed', failure_code: 'no_video' })
      }
      return last
    }),
  )
  expect(mine).toMatchObject({ status: 'failed', isMine: true, failure: { code: 'no_video' } })
  expect(another).toMatchObject({ status: 'failed', isMine: false, failure: null })
})

test('what is private is followed by its owner only', async () => {
  const id = await api.addVideo(ada, { visibility: 'private' })
  expect((await bob.request(`/api/videos/${id}/progress`)).status).toBe(404)
  expect((await ada.request(`/api/videos/${id}/progress`)).status).toBe(200)
})
