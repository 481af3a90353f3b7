import { expect, test } from 'vitest'
import { AppError } from '#contract/errors.ts'
import { isOutage, patiently } from './patiently.ts'

const never = new AbortController().signal

test('work whose neighbour is away for a moment is done in the end', async () => {
  let tries = 0
  const answer = await patiently(never, async () => {
    if (++tries < 3) throw new AppError('unavailable')
    return 'done'
  })
  expect([answer, tries]).toEqual(['done', 3])
})

test('any other failure is told at once', async () => {
  let tries = 0
  const work = patiently(never, async () => {
    tries++
    throw new AppError('not_found')
  })
  await expect(work).rejects.toMatchObject({ code: 'not_found' })
  expect(tries).toBe(1)
})

test('a stop ends the waiting', async () => {
  const stop = new AbortController()
  const work = patiently(stop.signal, async () => {
    stop.abort(new Error('stopped'))
    throw new AppError('unavailable')
  })
  await expect(work).rejects.toThrow('stopped')
})

test.each([
  ['a refused connection', Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), true],
  ['a database that is starting', Object.assign(new Error('starting'), { code: '57P03' }), true],
  ['a database that was too slow', Object.assign(new Error('canceling statement'), { code: '57014' }), true],
  ['a database whose disk is full', Object.assign(new Error('could not extend file'), { code: '53100' }), true],
  ['a pool without a free connection', new Error('timeout exceeded when trying to connect'), true],
  ['a broken rule of the schema', Object.assign(new Error('unique'), { code: '23505' }), false],
  ['a mistake of ours', new TypeError('undefined is not a function'), false],
  ['nothing', undefined, false],
])('%s is an outage or not', (_what, error, isOne) => {
  expect(isOutage(error)).toBe(isOne)
})
