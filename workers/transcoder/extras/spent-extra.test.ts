import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExtraJob } from '#catalog/extras.ts'
import { findPosterWish, wishPoster } from '#catalog/extras-poster.ts'
import { makeClip } from '#support/media.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { createLogger } from '../../../services/program/logger.ts'
import { workExtra } from './work-extra.ts'

let site: TestSite
beforeAll(async () => {
  site = await openTestSite()
})
afterAll(() => site?.close())

/** As the queue hands it out once more after its last try ended with its worker. Nothing may be begun for it: there is neither a folder nor a tool. */
async function takeSpent(data: ExtraJob): Promise<void> {
  const context = {
    ...{ catalog: site.catalog, storage: site.storage, logger: createLogger('test', 'silent') },
    stopping: new AbortController().signal,
  }
  const taken = { id: crypto.randomUUID(), data, signal: context.stopping, isLastTry: true, isSpent: true }
  await workExtra(context as never, taken)
}

test('whoever waits for a poster that ended its worker at every try is told that there will be none', async () => {
  const { id, source_key } = await site.upload(await makeClip(join(site.folder, 'clip.mp4'), { seconds: 1 }))
  const wish = await wishPoster(site.catalog, id, { atMs: 500 })
  const base = { version: 1, videoId: id, sourceKey: source_key! } as const
  await takeSpent({ ...base, kind: 'poster', wishId: wish!.wish_id, from: { atMs: 500 } })
  expect(await findPosterWish(site.catalog.database, id)).toMatchObject({
    state: 'failed',
    failure_code: 'transcode_failed',
  })
})

test('a storyboard that ended its worker at every try is noted as none, so that it is not begun again', async () => {
  const { id, source_key } = await site.upload(join(site.folder, 'clip.mp4'))
  await takeSpent({ version: 1, kind: 'storyboard', videoId: id, sourceKey: source_key! })
  expect(await site.row(id)).toMatchObject({ storyboard_source_key: source_key, storyboard_prefix: null })
})
