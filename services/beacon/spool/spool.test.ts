import { mkdtemp, readdir, readFile, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Batch } from './reader.ts'
import { openSpool, type Spool, type SpoolOptions } from './spool.ts'

const headerBytes = 20

let folder: string
let spool: Spool

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spool-'))
  spool = await open()
})

afterEach(async () => {
  await spool.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the spool', () => {
  test('gives rows back in the order in which they were appended', async () => {
    await append('one', 'two', 'three')
    expect(await drain()).toEqual(['one', 'two', 'three'])
  })

  test('has a row on disk once append resolves', async () => {
    await append('kept')
    expect(String(await readFile(join(folder, await onlySegment())))).toContain('kept')
  })

  test('takes a row in the very moment in which the one before it was written', async () => {
    for (const text of ['one', 'two', 'three']) await spool.append({ text, receivedAtMs: Date.now() })
    expect(await drain()).toEqual(['one', 'two', 'three'])
  })

  test('writes all rows that wait in one piece', async () => {
    await append('one', 'two', 'three')
    const batch = await spool.next(1_000)
    expect(textsOf(batch)).toEqual(['one', 'two', 'three'])
    expect(batch?.from).toBe(0)
  })

  test('goes on after a restart where it was drained to', async () => {
    await append('drained')
    await drain()
    await append('waiting')
    await restart()
    expect(await drain()).toEqual(['waiting'])
  })

  test('gives a batch again that was not advanced over before a restart', async () => {
    await append('read but not inserted')
    await spool.next(1_000)
    await restart()
    expect(await drain()).toEqual(['read but not inserted'])
  })

  test('begins again where the cursor is damaged', async () => {
    await append('again')
    await drain()
    await spool.close()
    await writeFile(join(folder, 'cursor.json'), '{"segm')
    spool = await open()
    expect(await drain()).toEqual(['again'])
  })

  test('cuts a torn tail at the next start and keeps what is before it', async () => {
    await append('whole', 'torn')
    await spool.close()
    const path = join(folder, await onlySegment())
    const { length } = await readFile(path)
    await truncate(path, length - 2)
    spool = await open()
    expect(await readFile(path)).toHaveLength(headerBytes + 'whole'.length)
    expect(await drain()).toEqual(['whole'])
  })

  test('skips the one record in which a byte flipped, wherever it is, and counts it', async () => {
    await append('first', 'second', 'third')
    const path = join(folder, await onlySegment())
    const intact = await readFile(path)
    const second = headerBytes + 'first'.length
    for (let at = second; at < second + headerBytes + 'second'.length; at++) {
      await writeFile(path, flipped(intact, at))
      const batch = await spool.next(1_000)
      expect(textsOf(batch)).toEqual(['first', 'third'])
      expect(batch?.damaged).toBe(1)
    }
  })

  test('passes over a segment that somebody removed', async () => {
    await append('gone')
    await rm(join(folder, await onlySegment()))
    const batch = await spool.next(1_000)
    expect(textsOf(batch)).toEqual([])
    expect(batch?.damaged).toBe(1)
    await spool.advance(batch!)
    expect(spool.waitingBytes()).toBe(0)
  })

  test('reads many rows in batches that follow one another', async () => {
    const rows = Array.from({ length: 2_000 }, (_, index) => `row ${index} ${'x'.repeat(100)}`)
    await append(...rows)
    expect(await drain(40_000)).toEqual(rows)
  })

  test('refuses rows when it is full and takes them again once it is drained', async () => {
    await reopen({ maxBytes: 100 })
    await append('x'.repeat(100))
    await expect(append('too much')).rejects.toMatchObject({ code: 'unavailable' })
    await drain()
    await append('room again')
    expect(await drain()).toEqual(['room again'])
  })

  test('refuses rows while the disk does and takes them again by itself', async () => {
    await reopen({ segmentBytes: 1 })
    await append('before')
    await rename(folder, `${folder}-away`)
    await expect(append('refused')).rejects.toMatchObject({ code: 'unavailable' })
    expect(spool.lastRefusal()).toContain('ENOENT')
    await rename(`${folder}-away`, folder)
    await append('after')
    expect(spool.lastRefusal()).toBeNull()
    expect(await drain()).toEqual(['before', 'after'])
  })

  test('keeps a drained segment for a day', async () => {
    await reopen({ segmentBytes: 1 })
    await append('old')
    await append('new')
    await drain()
    await append('newest')
    await drain()
    expect(await retired()).toHaveLength(2)
    const [oldest] = await retired()
    const yesterday = new Date(Date.now() - 24 * 60 * 60 * 1000)
    await utimes(join(folder, oldest!), yesterday, yesterday)
    await append('another')
    await drain()
    expect(await retired()).not.toContain(oldest)
  })

  test('gives up drained segments first where room is short', async () => {
    await reopen({ segmentBytes: 1, maxBytes: 250 })
    for (const letter of 'abcdef') {
      await append(letter.repeat(60))
      await drain()
    }
    expect(await retired()).toHaveLength(2)
  })

  test('belongs to one collector at a time', async () => {
    await expect(open()).rejects.toThrow(/belongs to the running process/)
  })

  test('is taken over from a collector that was killed', async () => {
    await append('left behind')
    await spool.close()
    await writeFile(join(folder, 'owner'), `${process.pid} 1`)
    spool = await open()
    expect(await drain()).toEqual(['left behind'])
  })
})

function open(options: Partial<SpoolOptions> = {}): Promise<Spool> {
  return openSpool({ folder, rowVersion: 1, maxBytes: 1_000_000, ...options })
}

async function reopen(options: Partial<SpoolOptions>): Promise<void> {
  await spool.close()
  spool = await open(options)
}

async function restart(): Promise<void> {
  await reopen({})
}

async function append(...rows: string[]): Promise<void> {
  await Promise.all(rows.map((text) => spool.append({ text, receivedAtMs: Date.now() })))
}

async function drain(maxBytes = 1_000_000): Promise<string[]> {
  const rows: string[] = []
  for (let batch = await spool.next(maxBytes); batch; batch = await spool.next(maxBytes)) {
    rows.push(...textsOf(batch))
    await spool.advance(batch)
  }
  return rows
}

async function onlySegment(): Promise<string> {
  const [name] = (await readdir(folder)).filter((file) => file.endsWith('.segment'))
  return name!
}

async function retired(): Promise<string[]> {
  return (await readdir(folder)).filter((file) => file.endsWith('.drained')).sort()
}

function flipped(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes)
  copy[at]! ^= 0x20
  return copy
}

function textsOf(batch: Batch | null): string[] {
  return Array.from(batch?.rows ?? [], String)
}
