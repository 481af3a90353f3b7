import { expect, test } from 'vitest'
import { createMemorySpool } from './memory-spool.ts'
import { withOverflow } from './overflow-spool.ts'

test('slices that the disk refuses are read in their place, between those that it took', async () => {
  const disk = createMemorySpool()
  let isFull = false
  const spool = withOverflow({
    ...disk,
    append: (...slice) => (isFull ? Promise.reject(new Error('QuotaExceededError')) : disk.append(...slice)),
  })
  await spool.append('video', 0, new Blob(['one ']))
  isFull = true
  await spool.append('video', 4, new Blob(['two ']))
  isFull = false
  await spool.append('video', 8, new Blob(['three']))

  const read: string[] = []
  for (let at = 0; at < (await spool.endByte('video')); ) {
    const chunk = await spool.read('video', at, 100)
    read.push(await chunk!.text())
    at += chunk!.size
  }
  expect(read.join('')).toBe('one two three')
})

test('what is dropped is gone from both', async () => {
  const spool = withOverflow(createMemorySpool())
  await spool.append('video', 0, new Blob(['gone']))
  await spool.append('video', 4, new Blob(['held']))
  await spool.drop('video', 4)
  expect(await spool.read('video', 0, 100)).toBeNull()
  expect(await (await spool.read('video', 4, 100))!.text()).toBe('held')
})
