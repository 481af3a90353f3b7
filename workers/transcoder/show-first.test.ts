import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { makeClip } from '#support/media.ts'
import { openTestContext } from '#support/transcoder-context.ts'
import { openTestSite, type TestSite } from '#support/transcoder-site.ts'
import { workNext } from '#support/work-whole.ts'
import type { Context } from './context.ts'

let site: TestSite
let context: Context

beforeAll(async () => {
  site = await openTestSite()
  context = await openTestContext(site)
})
afterAll(() => site?.close())

test('a copy tells its pictures per second by the pictures that it has, not by what its header lets one guess', async () => {
  const clip = await makeClip(join(site.folder, 'uneven.mp4'), {
    ...{ seconds: 6, framesPerSecond: 30, audio: null },
    more: ['-vf', "select='mod(n,3)'", '-fps_mode', 'vfr'],
  })
  const { id } = await site.upload(clip)
  await workNext(context, id)
  const master = await site.read(`videos/${id}/a1/remux/master.m3u8`)
  expect(Number(/FRAME-RATE=([\d.]+)/.exec(master)![1])).toBeCloseTo(20, 0)
})
