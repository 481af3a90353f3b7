import { expect, test } from 'vitest'
import { createQueuedPlaces } from './queued-places.ts'

const never = new AbortController().signal
const limits = { perKey: 2, inAll: 3, waitingPerKey: 2, waitingInAll: 9, patienceMs: 60_000 }

/** Works that go on until they are told to end, and which of them began. */
function createWorks(limitsOfTest = limits) {
  const places = createQueuedPlaces(limitsOfTest)
  const begun: string[] = []
  const ends = new Map<string, () => void>()
  return {
    begun,
    start(name: string, signal = never): Promise<string> {
      return places.use(name[0]!, signal, () => {
        begun.push(name)
        return new Promise((resolve) => ends.set(name, () => resolve(name)))
      })
    },
    end: (name: string) => ends.get(name)!(),
  }
}

test('what finds no place waits for one; others whose own places are free are not held up by it', async () => {
  const works = createWorks()
  const [a1, a2, a3, b1] = ['a1', 'a2', 'a3', 'b1'].map((name) => works.start(name))
  expect(works.begun).toEqual(['a1', 'a2', 'b1'])
  works.end('b1')
  await b1
  expect(works.begun).toEqual(['a1', 'a2', 'b1'])
  works.end('a1')
  await a1
  await Promise.resolve()
  expect(works.begun).toEqual(['a1', 'a2', 'b1', 'a3'])
  works.end('a2')
  works.end('a3')
  expect(await Promise.all([a2, a3])).toEqual(['a2', 'a3'])
})

test('more than can wait is refused at once, and what waits too long then', async () => {
  const works = createWorks({ ...limits, patienceMs: 20 })
  for (const name of ['a1', 'a2']) void works.start(name)
  const waiting = ['a3', 'a4'].map((name) => expect(works.start(name)).rejects.toMatchObject({ status: 429 }))
  await expect(works.start('a5')).rejects.toMatchObject({ status: 429 })
  await Promise.all(waiting)
  void works.start('b1')
  await expect(works.start('c1')).rejects.toMatchObject({ status: 503 })
  expect(works.begun).toEqual(['a1', 'a2', 'b1'])
})

test('who leaves the queue takes no place, and work that fails gives its own back', async () => {
  const works = createWorks()
  const a1 = works.start('a1')
  void works.start('a2')
  const left = new AbortController()
  const a3 = works.start('a3', left.signal)
  const a4 = works.start('a4')
  left.abort(new Error('left'))
  await expect(a3).rejects.toThrow('left')
  works.end('a1')
  await a1
  works.end('a2')
  await Promise.resolve()
  expect(works.begun).toEqual(['a1', 'a2', 'a4'])
  works.end('a4')
  await a4

  const places = createQueuedPlaces({ ...limits, perKey: 1 })
  await expect(places.use('a', never, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken')
  expect(await places.use('a', never, async () => 'done')).toBe('done')
})
