import assert from 'node:assert/strict'
import { bytesOf, listed, type StorageCase } from './storage-case.ts'

const stale = 'Viewers would get old playlists, or a mixture of old and new.'
const leftovers = 'Deleted videos would stay on the disk, or others be deleted with them.'

/** What is seen after something was changed. */
export const changeCases: StorageCase[] = [
  {
    title: 'putting again replaces the object and changes its etag',
    otherwise: stale,
    async run(trial) {
      const first = await trial.storage.put(trial.at('again'), Buffer.from('one'))
      const second = await trial.storage.put(trial.at('again'), Buffer.from('two'))
      assert.notEqual(second.etag, first.etag)
      assert.deepEqual(await bytesOf(trial, trial.at('again')), Buffer.from('two'))
    },
  },
  {
    title: 'the etag stays as long as the bytes do',
    otherwise: 'Browsers would fetch again what they have.',
    async run({ storage, at }) {
      const { etag } = await storage.put(at('still'), Buffer.from('still'))
      assert.equal((await storage.head(at('still')))?.etag, etag)
      assert.equal((await storage.head(at('still')))?.etag, etag)
    },
  },
  {
    title: 'what was just written is read at once, ten times in a row',
    otherwise: stale,
    async run(trial) {
      for (let turn = 0; turn < 10; turn++) {
        await trial.storage.put(trial.at('turn'), Buffer.from(`turn ${turn}`))
        assert.equal((await bytesOf(trial, trial.at('turn'))).toString(), `turn ${turn}`)
      }
    },
  },
  {
    title: 'of two puts of one key at once, one is there whole',
    otherwise: stale,
    async run(trial) {
      const bodies = ['a', 'b'].map((letter) => Buffer.from(letter.repeat(300_000)))
      const puts = await Promise.allSettled(bodies.map((body) => trial.storage.put(trial.at('race'), body)))
      assert.ok(
        puts.some(({ status }) => status === 'fulfilled'),
        'neither was stored',
      )
      const kept = await bytesOf(trial, trial.at('race'))
      assert.ok(
        bodies.some((body) => body.equals(kept)),
        'a mixture was stored',
      )
    },
  },
  {
    title: 'forty puts at once under one new prefix all arrive',
    otherwise: 'The pieces of a video would be missing here and there.',
    async run(trial) {
      const keys = Array.from({ length: 40 }, (_, index) => trial.at(`many/new/${index}`))
      await Promise.all(keys.map((key) => trial.storage.put(key, Buffer.from(key))))
      assert.deepEqual(
        (await listed(trial, trial.at('many'))).map((info) => info.key),
        keys.toSorted(),
      )
    },
  },
  {
    title: 'a list has every object under the prefix and none beside it',
    otherwise: leftovers,
    async run(trial) {
      const keys = ['list/a/1', 'list/a/2', 'list/a/b/3', 'list/ab', 'listed'].map(trial.at)
      const put = await Promise.all(keys.map((key) => trial.storage.put(key, Buffer.from(key))))
      assert.deepEqual(await listed(trial, trial.at('list/a')), put.slice(0, 3))
      assert.deepEqual(
        (await listed(trial, trial.at('list'))).map((info) => info.key),
        keys.slice(0, 4),
      )
      assert.deepEqual(await listed(trial, trial.at('list/nothing')), [])
    },
  },
  {
    title: 'deleting a prefix removes what is under it and the object of that name, and nothing beside it',
    otherwise: leftovers,
    async run(trial) {
      const keys = ['gone/a/1', 'gone/a/b/2', 'gone/ab/3', 'gone/c'].map(trial.at)
      for (const key of keys) await trial.storage.put(key, Buffer.from(key))
      // The second time there is nothing to do, which is no error.
      for (const name of ['gone/a', 'gone/c', 'gone/a']) await trial.storage.deletePrefix(trial.at(name))
      assert.deepEqual(
        (await listed(trial, trial.at('gone'))).map((info) => info.key),
        [trial.at('gone/ab/3')],
      )
    },
  },
  {
    title: 'what was deleted is not found, and can be put again',
    otherwise: leftovers,
    async run(trial) {
      const key = trial.at('back/again/x')
      await trial.storage.put(key, Buffer.from('1'))
      await trial.storage.deletePrefix(trial.at('back'))
      assert.equal(await trial.storage.head(key), null)
      await trial.storage.put(key, Buffer.from('2'))
      assert.deepEqual(await bytesOf(trial, key), Buffer.from('2'))
    },
  },
]
