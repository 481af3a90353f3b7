import { mkdtemp, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ErrorBody } from '#contract/errors.ts'
import { beacon, testKey, watched } from '#support/plays.ts'
import type { BeaconConfig } from './config.ts'
import type { BeaconHealth } from './health.ts'
import { startBeacon } from './start-beacon.ts'

let folder: string
let collector: Awaited<ReturnType<typeof startBeacon>>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'beacon-'))
  collector = await startBeacon(configOf('spool'))
})

afterAll(async () => {
  await collector?.stop()
  await rm(folder, { recursive: true, force: true })
})

describe('POST /beacon', () => {
  test('answers 204 to a beacon of a real play, from any page, without a cookie or a redirect', async () => {
    const answer = await send(JSON.stringify(beacon({ state: watched(12) })))
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(await answer.text()).toBe('')
  })

  test('takes the same beacon twice', async () => {
    const body = JSON.stringify(beacon())
    expect((await send(body)).status).toBe(204)
    expect((await send(body)).status).toBe(204)
  })

  test('refuses a token that this site did not sign', async () => {
    const key = { id: testKey.id, secret: 'another secret of thirty-two characters' }
    expect(await refusal(JSON.stringify(beacon({ key })))).toEqual([403, 'token_invalid'])
  })

  test('refuses a token of which one letter was changed, though it knows the genuine one', async () => {
    const genuine = beacon()
    expect((await send(JSON.stringify(genuine))).status).toBe(204)
    const token = genuine.token.replace(/[a-z](?=[^.]*\.[^.]*$)/, (letter) => (letter === 'a' ? 'b' : 'a'))
    expect(await refusal(JSON.stringify({ ...genuine, token }))).toEqual([403, 'token_invalid'])
  })

  test('refuses a token that has expired', async () => {
    const token = { expiresAtMs: Date.now() - 2 * 60_000 }
    expect(await refusal(JSON.stringify(beacon({ token })))).toEqual([403, 'token_expired'])
  })

  test('refuses what is not JSON', async () => {
    expect(await refusal('{"token":')).toEqual([400, 'bad_json'])
    expect(await refusal('')).toEqual([400, 'bad_json'])
  })

  test('refuses another shape and names the field', async () => {
    const state = { ...watched(1), watchedMs: -1 }
    const answer = await send(JSON.stringify({ ...beacon(), state }))
    const { error } = (await answer.json()) as ErrorBody
    expect([answer.status, error.code]).toEqual([400, 'beacon_invalid'])
    expect(error.message).toContain('state.watchedMs')
  })

  test('refuses a body of 17 kB', async () => {
    expect(await refusal('x'.repeat(17 * 1024))).toEqual([413, 'body_too_large'])
  })

  test('refuses a body of 17 kB whose length was not told', async () => {
    expect(await sendInChunks(Array(17).fill('x'.repeat(1024)))).toBe(413)
  })

  test('reads a body of 16 kB', async () => {
    expect(await refusal('x'.repeat(16 * 1024))).toEqual([400, 'bad_json'])
  })

  test('answers a preflight, for tools that send JSON', async () => {
    const answer = await fetch(address('/beacon'), { method: 'OPTIONS' })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('access-control-allow-methods')).toBe('POST')
  })

  test('asks to come back later while the spool is full, and says so in its health', async () => {
    const full = await startBeacon({ ...configOf('full'), SPOOL_MAX_BYTES: 1 })
    try {
      const url = `http://127.0.0.1:${full.port}/beacon`
      await fetch(url, { method: 'POST', body: JSON.stringify(beacon()) })
      const answer = await fetch(url, { method: 'POST', body: JSON.stringify(beacon()) })
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '15'])
      const health = await fetch(`${url}/health`)
      expect(health.status).toBe(503)
      expect(await health.json()).toMatchObject({ ready: false, reason: 'The spool is full.' })
    } finally {
      await full.stop()
    }
  })
})

test('GET /beacon/health tells what waits and why', async () => {
  await send(JSON.stringify(beacon()))
  await expect.poll(async () => (await health()).lastDrainError, { timeout: 10_000 }).toBe('ECONNREFUSED')
  const { ready, spool } = await health()
  expect(ready).toBe(true)
  expect(spool.waitingBytes).toBeGreaterThan(0)
})

test('any other address is not there', async () => {
  const answer = await fetch(address('/'), { redirect: 'manual' })
  expect([answer.status, ((await answer.json()) as ErrorBody).error.code]).toEqual([404, 'not_found'])
})

/** With a ClickHouse that is not there: taking beacons does not need one. */
function configOf(spool: string): BeaconConfig {
  return {
    PORT: 0,
    HOST: '127.0.0.1',
    CLICKHOUSE_URL: 'http://127.0.0.1:1/qqvideo',
    SIGNING_KEYS: [testKey],
    SPOOL_FOLDER: join(folder, spool),
    SPOOL_MAX_BYTES: 1_000_000,
    LOG_LEVEL: 'silent',
  }
}

function address(path: string): string {
  return `http://127.0.0.1:${collector.port}${path}`
}

function send(body: string): Promise<Response> {
  return fetch(address('/beacon'), { method: 'POST', body, redirect: 'manual' })
}

async function refusal(body: string): Promise<[number, string]> {
  const answer = await send(body)
  expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  return [answer.status, ((await answer.json()) as ErrorBody).error.code]
}

async function health(): Promise<BeaconHealth> {
  return (await (await fetch(address('/beacon/health'))).json()) as BeaconHealth
}

function sendInChunks(chunks: string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sending = request(address('/beacon'), { method: 'POST' }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sending.on('error', reject)
    for (const chunk of chunks) sending.write(chunk)
    sending.end()
  })
}
