import { ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startClickHouse, type TestClickHouse } from '#support/clickhouse.ts'
import { type TestQueries, testQueries } from '#support/clickhouse-queries.ts'

let server: TestClickHouse
let ask: TestQueries

beforeAll(async () => {
  server = await startClickHouse()
  ask = testQueries(server)
})
beforeEach(() => ask.createNote())
afterAll(() => server?.stop())

test.each([
  ['selec 1', '62', 'SYNTAX_ERROR'],
  ['', '62', 'SYNTAX_ERROR'],
  ["SELECT 'open", '62', 'SYNTAX_ERROR'],
  ['SELECT * FROM nowhere', '60', 'UNKNOWN_TABLE'],
  ['SELECT nothing FROM note', '47', 'UNKNOWN_IDENTIFIER'],
  ['SELECT noSuchFunction(1)', '46', 'UNKNOWN_FUNCTION'],
  ['SELECT 1 FROM nowhere.nothing', '81', 'UNKNOWN_DATABASE'],
  ['SELECT throwIf(number = 100000) FROM numbers(200000)', '395', 'FUNCTION_THROW_IF_VALUE_IS_NON_ZERO'],
])('%s is answered with code %s', async (sql, code, type) => {
  await expect(server.client.exec({ query: sql })).rejects.toMatchObject({ code, type })
})

test('leave nothing of themselves in later answers', async () => {
  const failing = () => ask.column('SELECT throwIf(number = 1000000) FROM numbers(2000000)').catch(() => null)
  await Promise.all(Array.from({ length: 16 }, failing))
  const answers = await Promise.all(Array.from({ length: 16 }, (_, id) => ask.column(`SELECT ${id}`)))
  expect(answers).toEqual(Array.from({ length: 16 }, (_, id) => [id]))
})

test('a wrong password is refused with code 516', async () => {
  const url = Object.assign(new URL(server.url), { password: 'wrong' })
  const client = createClient({ url, log: { level: ClickHouseLogLevel.OFF } })
  const refusal = { code: '516', type: 'AUTHENTICATION_FAILED' }
  await expect(client.query({ query: 'SELECT 1' })).rejects.toMatchObject(refusal)
  await client.close()
})

test('the password may come in any of the three ways, and has to come', async () => {
  const { origin, username, password } = new URL(server.url)
  const status = async (query: string, headers: Record<string, string> = {}) =>
    (await fetch(`${origin}/?query=SELECT+1${query}`, { headers })).status
  expect(await status('')).toBe(403)
  expect(await status(`&user=${username}&password=${password}`)).toBe(200)
  expect(await status('', { 'X-ClickHouse-User': username, 'X-ClickHouse-Key': password })).toBe(200)
  expect(await status('', { 'X-ClickHouse-User': 'default', 'X-ClickHouse-Key': password })).toBe(403)
  expect(await status('', { Authorization: `Basic ${btoa(`${username}:${password}`)}` })).toBe(200)
})

test('sessions are refused, for nothing would be kept between requests', async () => {
  const query = server.client.query({ query: 'SELECT 1', session_id: 'mine' })
  await expect(query).rejects.toMatchObject({ code: '48', type: 'NOT_IMPLEMENTED' })
})

test('a body in an unknown or broken compression is refused', async () => {
  const send = (encoding: string) =>
    fetch(`${new URL(server.url).origin}/?query=INSERT+INTO+qqvideo.note+FORMAT+TSV`, {
      method: 'POST',
      headers: { Authorization: authorization(), 'Content-Encoding': encoding },
      body: '1\ta\n',
    })
  expect(await (await send('gzip')).text()).toMatch(/^Code: 271\. DB::Exception: /)
  expect(await (await send('lz5')).text()).toMatch(/^Code: 48\. DB::Exception: /)
  expect(await ask.column('SELECT count() FROM note')).toEqual([0])
})

function authorization(): string {
  const { username, password } = new URL(server.url)
  return `Basic ${btoa(`${username}:${password}`)}`
}
