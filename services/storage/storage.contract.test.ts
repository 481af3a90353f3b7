import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startS3 } from '#support/s3.ts'
import { listed } from './contract/storage-case.ts'
import { type OpenTrial, openTrial, storageCases } from './contract/try-storage.ts'
import { openStorage } from './open-storage.ts'

const bucket = 'an S3 bucket'

/** What s3rver, the bucket of the tests, gets wrong; `npm run doctor` would say so of it. */
const lacking = new Set([
  'the first and the last byte can be asked for by themselves',
  'of two puts of one key at once, one is there whole',
  'a list goes on from page to page',
])

const places = [
  { name: 'a folder on disk', start: startDisk, cases: await storageCases('disk:') },
  { name: bucket, start: startS3, cases: await storageCases('s3:') },
]

test('what the bucket of the tests lacks is a case by its title', () => {
  const titles = places.find(({ name }) => name === bucket)!.cases.map(({ title }) => title)
  expect(titles).toEqual(expect.arrayContaining([...lacking]))
})

describe.each(places)('storage in $name', ({ name, start, cases }) => {
  let place: { url: string; stop(): Promise<void> }
  let trial: OpenTrial
  beforeAll(async () => {
    place = await start()
    trial = await openTrial(place.url)
  })
  afterAll(async () => {
    await trial?.close()
    await place?.stop()
  })

  for (const { title, run } of cases) test.skipIf(name === bucket && lacking.has(title))(title, () => run(trial))

  test('a list of everything has everything', async () => {
    await trial.storage.put(trial.at('all'), Buffer.from('x'))
    await trial.storage.put('beside/all', Buffer.from('x'))
    const keys = (await listed(trial, '')).map(({ key }) => key)
    expect(keys).toEqual(expect.arrayContaining([trial.at('all'), 'beside/all']))
  })

  test('the check passes and leaves nothing behind', async () => {
    await trial.storage.check()
    expect(await listed(trial, 'checks')).toEqual([])
  })

  test('a trial that is closed leaves nothing in the storage nor on this machine', async () => {
    const other = await openTrial(place.url)
    await other.storage.put(other.at('a/b'), Buffer.from('x'))
    const [key, path] = [other.at(''), other.local('')]
    await other.close()
    const storage = await openStorage(place.url)
    expect(await listed({ ...trial, storage }, key.slice(0, -1))).toEqual([])
    await expect(readdir(path)).rejects.toMatchObject({ code: 'ENOENT' })
    await storage.close()
  })
})

async function startDisk() {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-disk-'))
  return { url: `disk://${folder}`, stop: () => rm(folder, { recursive: true }) }
}
