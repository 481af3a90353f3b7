import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Person, signUp } from '#support/person.ts'
import { startTestSystem, type TestSystem } from '#support/system.ts'
import { until } from '#support/until.ts'
import { uploadClip } from '#support/upload-clip.ts'

let system: TestSystem
let ada: Person
/** The master playlist of the first video that is deleted. */
let deletedMedia: string

beforeAll(async () => {
  system = await startTestSystem()
  ada = await signUp(system.url, 'Ada')
})

afterAll(async () => {
  await system?.stop()
})

const clip = (name: string) => ({ folder: system.dataFolder, name: `${name}.mp4` })

async function statusOf(path: string): Promise<number> {
  const answer = await ada.request(path)
  await answer.arrayBuffer()
  return answer.status
}

/** The address of the master playlist, as the player is told it. */
async function mediaPath(videoId: string): Promise<string> {
  const embed = await (await ada.request(`/embed/${videoId}`)).text()
  return embed.match(/\/media\/[^"\\]+\/master\.m3u8/)![0]
}

/** Names in a folder of the storage; none where there is no such folder. */
async function stored(folder: string, recursive = false): Promise<string[]> {
  return readdir(join(system.dataFolder, 'storage', folder), { recursive }).catch(() => [])
}

async function deleteVideo(videoId: string): Promise<void> {
  expect((await ada.request(`/api/videos/${videoId}`, { method: 'DELETE' })).status).toBe(204)
  for (const path of [`/watch/${videoId}`, `/api/videos/${videoId}`, `/embed/${videoId}`]) {
    expect([path, await statusOf(path)]).toEqual([path, 404])
  }
}

/** Nothing of any video, as each test deletes the only one. */
async function bytesAreGone(): Promise<void> {
  await until(
    async () => [...(await stored('videos', true)), ...(await stored('sources'))],
    (names) => names.length === 0,
    30_000,
  )
}

test('a deleted video is gone from every page, and soon its bytes are gone from the storage', async () => {
  const { id } = await uploadClip(ada, clip('small'), { seconds: 3 })
  await until(
    () => ada.video(id),
    ({ status }) => status === 'ready',
  )
  deletedMedia = await mediaPath(id)
  expect(await statusOf(deletedMedia)).toBe(200)
  expect(await stored('videos')).toEqual([id])
  expect(await stored('sources')).toHaveLength(1)
  await deleteVideo(id)
  await bytesAreGone()
})

test('a video that is deleted while it is made leaves nothing, nor does its worker', async () => {
  const { id } = await uploadClip(ada, clip('large'), { seconds: 30, width: 1280, height: 720 })
  await until(
    () => stored('videos'),
    (names) => names.includes(id),
  )
  expect((await ada.video(id)).status).not.toBe('ready')
  await deleteVideo(id)
  await bytesAreGone()
  // The worker takes one video at a time, so when the next is made it has let go of the deleted one.
  const { id: next } = await uploadClip(ada, clip('next'), { seconds: 2 })
  await until(
    () => ada.video(next),
    ({ status }) => status === 'ready',
  )
  expect(await stored('videos')).toEqual([next])
  expect(await stored('sources')).toHaveLength(1)
})

// Last, since most of the half minute is over by now for which the media server may hold in memory what was asked for.
test('what was watched of a deleted video before is soon delivered to nobody', async () => {
  await until(
    () => statusOf(deletedMedia),
    (status) => status === 404,
    40_000,
  )
})
