import { expect, test } from 'vitest'
import { asFault, fault, isFatal } from './fault.ts'

test("an engine's error keeps its number and gets the status ClickHouse gives it", () => {
  const unknown = asFault(new Error('Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)'))
  expect([unknown.code, unknown.status, unknown.message]).toEqual([
    60,
    404,
    'Code: 60. DB::Exception: Unknown table. (UNKNOWN_TABLE)',
  ])
  expect(asFault(new Error('Code: 241. DB::Exception: x (MEMORY_LIMIT_EXCEEDED)')).status).toBe(500)
})

test('a full disk and what nobody foresaw are told in the same form', () => {
  expect(asFault(Object.assign(new Error('write'), { code: 'ENOSPC' }))).toMatchObject({ code: 243, status: 507 })
  expect(asFault('odd')).toMatchObject({ code: 1002, message: 'Code: 1002. DB::Exception: odd (UNKNOWN_EXCEPTION)' })
})

test('only an engine that refuses everything from now on is lost', () => {
  const dead = 'Code: 236. DB::Exception: The server is shutting down due to a fatal error. (ABORTED)'
  expect(isFatal(asFault(new Error(dead)))).toBe(true)
  expect(isFatal(asFault(new Error('Code: 236. DB::Exception: Mutation was stopped. (ABORTED)')))).toBe(false)
  expect(isFatal(fault('QUERY_WAS_CANCELLED', 'Stopped.'))).toBe(false)
})
