import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { bytesOf, type StorageCase, someBytes } from './storage-case.ts'

const damage = 'Videos and their originals would be damaged.'
const seeking = 'Players could not seek, and downloads not be continued.'

// Two parts of 8 MiB and a bit.
const largeBytes = 16 * 1024 * 1024 + 7

/** That bytes come back as they went in. */
export const bytesCases: StorageCase[] = [
  {
    title: 'what was put can be got, with the same description from put, get and head',
    otherwise: damage,
    async run({ storage, at }) {
      const key = at('hello.txt')
      const put = await storage.put(key, Readable.from(['hel', 'lo']), { contentType: 'text/plain' })
      const { info, body } = await storage.get(key)
      assert.equal(await text(body), 'hello')
      assert.deepEqual(info, put)
      assert.deepEqual(await storage.head(key), put)
      assert.deepEqual({ key: put.key, sizeBytes: put.sizeBytes }, { key, sizeBytes: 5 })
      assert.match(put.etag, /^"[\w-]+"$/)
    },
  },
  {
    title: 'its clock and this machine’s agree within a minute',
    otherwise:
      'Requests would be refused from one moment to the next, and times be shown wrong. Turn on time synchronisation (NTP).',
    async run({ storage, at }) {
      const { modifiedAtMs } = await storage.put(at('clock'), Buffer.from('tick'))
      const aheadS = Math.round((Date.now() - modifiedAtMs) / 1_000)
      assert.ok(Math.abs(aheadS) < 60, `this machine's clock is ${aheadS} s ahead of the storage's`)
    },
  },
  {
    title: 'bytes in memory can be put',
    otherwise: damage,
    async run(trial) {
      await trial.storage.put(trial.at('bytes'), new Uint8Array([1, 2, 3]))
      assert.deepEqual(await bytesOf(trial, trial.at('bytes')), Buffer.from([1, 2, 3]))
    },
  },
  {
    title: 'an empty body can be put',
    otherwise: 'Empty caption files would be refused.',
    async run(trial) {
      const { sizeBytes } = await trial.storage.put(trial.at('empty'), Readable.from([]))
      assert.equal(sizeBytes, 0)
      assert.equal((await bytesOf(trial, trial.at('empty'))).length, 0)
    },
  },
  {
    title: 'a body of many parts comes back byte for byte',
    otherwise: damage,
    async run(trial) {
      const bytes = someBytes(largeBytes)
      const info = await trial.storage.put(trial.at('large'), inPieces(bytes), { sizeBytes: bytes.length })
      assert.equal(info.sizeBytes, bytes.length)
      assert.ok((await bytesOf(trial, trial.at('large'))).equals(bytes), 'other bytes came back')
    },
  },
  {
    title: 'a body whose length is not known beforehand comes back byte for byte',
    otherwise: damage,
    async run(trial) {
      const bytes = someBytes(9 * 1024 * 1024)
      await trial.storage.put(trial.at('unknown'), inPieces(bytes))
      assert.ok((await bytesOf(trial, trial.at('unknown'))).equals(bytes), 'other bytes came back')
    },
  },
  {
    title: 'a range gives those bytes and the size of the whole',
    otherwise: seeking,
    async run({ storage, at }) {
      await storage.put(at('range'), Buffer.from('0123456789'))
      const { info, body } = await storage.get(at('range'), { start: 2, end: 5 })
      assert.equal(await text(body), '2345')
      assert.equal(info.sizeBytes, 10)
    },
  },
  {
    title: 'the first and the last byte can be asked for by themselves',
    otherwise: seeking,
    async run({ storage, at }) {
      await storage.put(at('ends'), Buffer.from('0123456789'))
      for (const [place, byte] of [
        [0, '0'],
        [9, '9'],
      ] as const) {
        assert.equal(await text((await storage.get(at('ends'), { start: place, end: place })).body), byte)
      }
    },
  },
  {
    title: 'a range across two parts gives the bytes of both',
    otherwise: seeking,
    async run({ storage, at }) {
      const bytes = someBytes(largeBytes)
      await storage.put(at('parts'), bytes, { sizeBytes: bytes.length })
      const start = 8 * 1024 * 1024 - 3
      const { body } = await storage.get(at('parts'), { start, end: start + 5 })
      const got = Buffer.concat(await body.toArray())
      assert.ok(got.equals(bytes.subarray(start, start + 6)), 'other bytes came back')
    },
  },
  {
    title: 'a body that is not wanted any more can be given back, and the next one is whole',
    otherwise: 'Viewers who leave would use up connections until nobody is served.',
    async run(trial) {
      const bytes = someBytes(5_000_000)
      await trial.storage.put(trial.at('unwanted'), bytes)
      const { body } = await trial.storage.get(trial.at('unwanted'))
      body.destroy()
      await once(body, 'close')
      assert.equal((await bytesOf(trial, trial.at('unwanted'))).length, bytes.length)
    },
  },
]

function inPieces(bytes: Buffer): Readable {
  const pieceBytes = 1_000_003
  const count = Math.ceil(bytes.length / pieceBytes)
  return Readable.from(Array.from({ length: count }, (_, at) => bytes.subarray(at * pieceBytes, (at + 1) * pieceBytes)))
}
