import assert from 'node:assert/strict'
import { once } from 'node:events'
import { access, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PassThrough, Readable } from 'node:stream'
import { bytesOf, type StorageCase, someBytes } from './storage-case.ts'

const halves = 'An upload that broke off could pass for a whole one.'
const lost = 'Finished uploads could be lost, or fill the disk twice.'

const refusedKeys: readonly string[] = [
  ...['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a/./b', '.hidden', 'a b', 'a%2fb', 'a\\b', 'a\0b', 'ä'],
  ...['x'.repeat(201), `${'x/'.repeat(400)}y`, 'k'.repeat(1_024)],
]

/** What must not be stored, and that files are taken over once. */
export const refusalCases: StorageCase[] = [
  {
    title: 'what is not there is not_found to get and download, and null to head',
    otherwise: 'A missing video would look like a broken server.',
    async run({ storage, at, local }) {
      await storage.put(at('file'), Buffer.from('x'))
      await assert.rejects(storage.get(at('nothing')), { code: 'not_found' })
      await assert.rejects(storage.get(at('file/below')), { code: 'not_found' })
      await assert.rejects(storage.download(at('nothing'), local('nothing')), { code: 'not_found' })
      assert.equal(await storage.head(at('nothing')), null)
      await assert.rejects(access(local('nothing')))
    },
  },
  {
    title: 'a key that could mean something to a file system, or is too long, is refused everywhere',
    otherwise: 'One video could overwrite another.',
    async run({ storage, local }) {
      for (const key of refusedKeys) {
        const refusal = { code: 'bad_request' }
        await assert.rejects(storage.put(key, Buffer.from('x')), refusal)
        await assert.rejects(storage.get(key), refusal)
        await assert.rejects(storage.head(key), refusal)
        await assert.rejects(storage.adoptFile(key, local('any')), refusal)
        await assert.rejects(storage.download(key, local('any')), refusal)
        await assert.rejects(storage.deletePrefix(key), refusal)
      }
    },
  },
  {
    title: 'keys of dots, dashes and long names are kept apart',
    otherwise: 'One video could overwrite another.',
    async run(trial) {
      const long = 'x'.repeat(200)
      const keys = ['a.b', 'a-b', 'a_b', 'a.b.c-', '-a', `${long}/${long}/y`].map((name) => trial.at(`names/${name}`))
      await Promise.all(keys.map((key) => trial.storage.put(key, Buffer.from(key))))
      for (const key of keys) assert.equal((await bytesOf(trial, key)).toString(), key)
    },
  },
  {
    title: 'a body that fails leaves nothing visible, and its error is thrown as it was',
    otherwise: halves,
    async run({ storage, at }) {
      const failure = new Error('the sender went away')
      async function* cut() {
        yield someBytes(9 * 1024 * 1024)
        throw failure
      }
      await assert.rejects(storage.put(at('cut-error'), Readable.from(cut())), failure)
      assert.equal(await storage.head(at('cut-error')), null)
    },
  },
  {
    title: 'a body that is destroyed in the middle leaves nothing visible',
    otherwise: halves,
    async run({ storage, at }) {
      const body = new PassThrough()
      const put = storage.put(at('cut-destroyed'), body)
      body.write(someBytes(100_000))
      body.destroy()
      await assert.rejects(put, { code: 'ERR_STREAM_PREMATURE_CLOSE' })
      assert.equal(await storage.head(at('cut-destroyed')), null)
    },
  },
  {
    title: 'a body that is shorter or longer than promised is upload_incomplete',
    otherwise: halves,
    async run({ storage, at }) {
      for (const sizeBytes of [4, 6]) {
        const put = storage.put(at('cut-size'), Readable.from([Buffer.from('12345')]), { sizeBytes })
        await assert.rejects(put, { code: 'upload_incomplete' })
        assert.equal(await storage.head(at('cut-size')), null)
      }
    },
  },
  {
    title: 'a refused put destroys the body, so that nobody waits for a reader',
    otherwise: 'Refused uploads would hang.',
    async run({ storage, at }) {
      const body = new PassThrough()
      body.write('more than one byte')
      await assert.rejects(storage.put(at('cut-long'), body, { sizeBytes: 1 }), { code: 'upload_incomplete' })
      if (!body.closed) await once(body, 'close')
      assert.ok(body.destroyed)
    },
  },
  {
    title: 'taking over a file stores it and removes it, and doing so again is the same',
    otherwise: lost,
    async run(trial) {
      const [key, path] = [trial.at('adopted'), trial.local('finished')]
      await writeFile(path, 'a finished file')
      const info = await trial.storage.adoptFile(key, path)
      assert.equal((await bytesOf(trial, key)).toString(), 'a finished file')
      await assert.rejects(access(path))
      assert.deepEqual(await trial.storage.adoptFile(key, path), info)
    },
  },
  {
    title: 'taking over again after a crash between storing and removing ends in the same state',
    otherwise: lost,
    async run(trial) {
      const [key, path] = [trial.at('adopted-twice'), trial.local('left-over')]
      await trial.storage.put(key, Buffer.from('the same bytes'))
      await writeFile(path, 'the same bytes')
      await trial.storage.adoptFile(key, path)
      assert.equal((await bytesOf(trial, key)).toString(), 'the same bytes')
      await assert.rejects(access(path))
    },
  },
  {
    title: 'taking over a file that never was is not_found',
    otherwise: lost,
    async run({ storage, at, local }) {
      await assert.rejects(storage.adoptFile(at('never'), local('never')), { code: 'not_found' })
    },
  },
  {
    title: 'a download has the bytes of the object and leaves no other file',
    otherwise: 'Workers would make videos of damaged files.',
    async run({ storage, at, local }) {
      const bytes = someBytes(300_000)
      await storage.put(at('down/load'), bytes)
      await storage.download(at('down/load'), local('copy'))
      assert.ok((await readFile(local('copy'))).equals(bytes), 'other bytes came back')
      assert.deepEqual(
        (await readdir(dirname(local('copy')))).filter((name) => name.includes('copy')),
        ['copy'],
      )
    },
  },
  {
    title: 'what is lent has the bytes of the object, also when it is replaced or deleted meanwhile',
    otherwise: 'Workers would make videos of damaged files.',
    async run({ storage, at, local }) {
      const bytes = someBytes(3_000)
      await storage.put(at('lent'), bytes)
      if (!(await storage.lend(at('lent'), local('lent')))) return
      await storage.put(at('lent'), someBytes(10))
      assert.ok((await readFile(local('lent'))).equals(bytes), 'other bytes came back')
      await storage.deletePrefix(at('lent'))
      assert.ok((await readFile(local('lent'))).equals(bytes), 'other bytes came back')
    },
  },
]
