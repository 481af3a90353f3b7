import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { faultsOf } from '#support/check-storage.ts'
import { makeClip } from '#support/media.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { workWhole } from '#support/work-whole.ts'
import { readMasterText } from './media/hls/validate-hls-playlists.ts'

let site: TestSite

beforeAll(async () => {
  site = await openTestSite()
})
afterAll(() => site?.close())

test('of 4K the ladder keeps every line, in levels that its bytes tell', async () => {
  const more = ['-vf', 'noise=alls=8:allf=t']
  const clip = { seconds: 1, width: 3840, height: 2160, framesPerSecond: 5, audio: null, more }
  const { id } = await site.upload(await makeClip(join(site.folder, '4k.mp4'), clip))
  await workWhole(await openTestContext(site), id)
  expect(await site.row(id)).toMatchObject({ status: 'ready', flags: [], height: 2160 })
  expect(await faultsOf(site.storage, `videos/${id}/a1/ladder`)).toEqual([])
  const { variants } = readMasterText(await site.read(`videos/${id}/a1/ladder/master.m3u8`))
  const told = variants.map(({ attributes }) => [attributes.get('RESOLUTION'), attributes.get('CODECS')])
  expect(told.slice(0, 3)).toEqual([
    ['3840x2160', 'avc1.640033'],
    ['2560x1440', 'avc1.640032'],
    ['1920x1080', 'avc1.640028'],
  ])
})
