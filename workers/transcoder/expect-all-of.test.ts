import { tmpdir } from 'node:os'
import { expect, test } from 'vitest'
import { endOf, expectAllOf } from './expect-all-of.ts'
import type { RenditionPart } from './media/ladder/part-result.ts'

const rendition = (samples: number): RenditionPart => ({
  ...{ initName: 'init.mp4', initHash: '', codec: 'avc1', timescale: 10, startTicks: 20, samples },
  segments: [{ name: '1.m4s', ticks: samples }],
})
const workOn = (leastFreeMb: number) =>
  ({ workspace: { folder: tmpdir() }, context: { toolbox: { leastFreeMb } } }) as Parameters<typeof expectAllOf>[0]
const whole = { names: ['720p', '240p'], isWhole: ({ samples }: RenditionPart) => samples >= 5 }

test('a part whose renditions hold every picture is whole', async () => {
  await expectAllOf(workOn(0), { renditions: { '720p': rendition(5), '240p': rendition(6) } }, whole)
  expect(endOf(rendition(5))).toBe(2.5)
})

test('a rendition that lacks pictures, or is not there, is a full disk where there is no room, else a fault', async () => {
  const short: Record<string, RenditionPart>[] = [
    { '720p': rendition(5), '240p': rendition(4) },
    { '720p': rendition(5) },
  ]
  for (const renditions of short) {
    await expect(expectAllOf(workOn(1e12), { renditions }, whole)).rejects.toMatchObject({ code: 'storage_full' })
    await expect(expectAllOf(workOn(0), { renditions }, whole)).rejects.toThrow('240p lacks segments')
  }
})
