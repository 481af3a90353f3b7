import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestBench, type TestBench } from '#support/transcoder-bench.ts'
import { createLogger } from '../../services/program/logger.ts'
import { StartError } from '../../services/program/read-config.ts'
import { startTranscoder } from './start-transcoder.ts'

let bench: TestBench

beforeAll(async () => {
  bench = await openTestBench()
})
afterAll(() => bench?.close())

test.each([
  ['database', { databaseUrl: 'postgres://ada:hush@127.0.0.1:1/none' }],
  ['database', { databaseUrl: 'postgres://ada:hush@[nowhere/none' }],
  ['storage', { storageUrl: 'ftp://ada:hush@nowhere' }],
  ['storage', { storageUrl: 'disk://relative' }],
  ['storage', { storageUrl: 's3://ada:hush@' }],
])('a %s that cannot be opened is told in one sentence without a password', async (what, wrong) => {
  const starting = startTranscoder({ ...bench.config, ...wrong }, createLogger('test', 'silent'))
  const error = await starting.then(
    () => null,
    (reason: Error) => reason,
  )
  expect(error).toBeInstanceOf(StartError)
  expect(error!.message).toContain(`The ${what} of `)
  expect(error!.message).not.toMatch(/hush|\n/)
})
