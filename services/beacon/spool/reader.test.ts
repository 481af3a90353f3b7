import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createReader } from './reader.ts'
import { encodeRecords } from './record.ts'
import { newSegment } from './segments.ts'

let folder: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reader-'))
})

afterEach(() => rm(folder, { recursive: true, force: true }))

test('damage is passed over by what was read of it, though more is appended meanwhile', async () => {
  const segment = newSegment(2)
  const damaged = encodeRecords([{ text: 'one', receivedAtMs: 1 }])
  damaged[damaged.length - 1]! ^= 1
  const sound = encodeRecords([{ text: 'two', receivedAtMs: 2 }])
  await writeFile(join(folder, segment.name), Buffer.concat([damaged, sound]))
  segment.durableBytes = damaged.length
  const reader = await createReader(folder, [segment], async () => {})
  const reading = reader.next(1_000)
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
  segment.durableBytes += sound.length
  const batch = (await reading)!
  expect(batch).toMatchObject({ from: 0, to: damaged.length, damaged: 1 })
  await reader.advance(batch)
  expect(Array.from((await reader.next(1_000))!.rows, String)).toEqual(['two'])
})

test('a cursor before the beginning of the file means from the start', async () => {
  const segment = newSegment(2)
  const bytes = encodeRecords([{ text: 'one', receivedAtMs: 1 }])
  await writeFile(join(folder, segment.name), bytes)
  await writeFile(join(folder, 'cursor.json'), JSON.stringify({ segment: segment.name, position: -5 }))
  segment.durableBytes = bytes.length
  const reader = await createReader(folder, [segment], async () => {})
  expect(Array.from((await reader.next(1_000))!.rows, String)).toEqual(['one'])
})
