import { createServer, type Server } from 'node:http'
import express from 'express'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openCatalog } from '#catalog/open-catalog.ts'
import { startClickHouse } from '#support/clickhouse.ts'
import { startTestPostgres } from '#support/postgres.ts'
import { migrateClickHouse } from '../../../infra/clickhouse/migrate.ts'
import { closeServer, listen } from '../../program/listen.ts'
import type { ApiConfig } from '../config.ts'
import type { PrivacyFacts } from './privacy-facts.ts'
import { privacyRoutes } from './privacy-routes.ts'
import { storedColumns } from './stored-columns.ts'

const servers: Server[] = []

async function serve(keepDays?: number): Promise<string> {
  const app = express()
  app.use(privacyRoutes({ config: { PLAYS_KEEP_DAYS: keepDays } as ApiConfig }))
  const server = createServer(app)
  servers.push(server)
  return `http://127.0.0.1:${await listen(server, 0, '127.0.0.1')}/embed/bcdfghjkmnpq/privacy`
}

let address: string

beforeAll(async () => {
  address = await serve()
})

afterAll(() => Promise.all(servers.map((server) => closeServer(server, 100))))

const read = async (headers: Record<string, string>, from = address) => (await fetch(from, { headers })).text()

describe('the page about privacy', () => {
  test('tells of every column that is stored of a play, and of none that is not', async () => {
    const clickhouse = await startClickHouse()
    await migrateClickHouse(clickhouse.client)
    const result = await clickhouse.client.query({
      query: "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = 'play'",
      format: 'JSONEachRow',
    })
    const stored = (await result.json<{ name: string }>()).map(({ name }) => name)
    await clickhouse.stop()
    const told = storedColumns.filter(({ table }) => table === undefined).flatMap(({ columns }) => columns)
    expect(told.sort()).toEqual(stored.sort())
  })

  test('tells of every column that is stored of a page that embeds the player', async () => {
    const postgres = await startTestPostgres()
    const catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
    const { rows } = await catalog.pool.query<{ name: string }>(
      "SELECT column_name AS name FROM information_schema.columns WHERE table_name = 'page_title'",
    )
    await catalog.close()
    await postgres.stop()
    const told = storedColumns.filter(({ table }) => table === 'page_title').flatMap(({ columns }) => columns)
    expect(told.sort()).toEqual(rows.map(({ name }) => name).sort())
  })

  test('speaks English or Chinese, and JSON to programs', async () => {
    expect(await read({ Accept: 'text/html' })).toContain('<h1>What is stored when you watch</h1>')
    expect(await read({ Accept: 'text/html', 'Accept-Language': 'zh-CN,zh;q=0.9' })).toContain('观看时会保存什么')
    const facts = JSON.parse(await read({ Accept: 'application/json' })) as PrivacyFacts
    expect(facts).toMatchObject({
      browser: { cookies: false, storage: false },
      address: { isStored: false },
      viewerHash: { saltDeletedAfterHours: 48, notMadeWhereHeader: ['Sec-GPC: 1', 'DNT: 1'] },
      keptFor: { playsDays: null, collectorCopyHours: 24, playTokenHours: 12 },
    })
    expect(JSON.parse(await read({ Accept: 'text/html' }, `${address}?format=json`))).toEqual(facts)
  })

  test('says how long plays are kept here', async () => {
    expect(await read({})).toContain('until the owner of the video or of this site deletes them')
    const limited = await serve(90)
    expect(await read({}, limited)).toContain('kept for 90 days')
    expect(JSON.parse(await read({ Accept: 'application/json' }, limited)).keptFor.playsDays).toBe(90)
  })

  test('sets no cookie and runs no script', async () => {
    const { headers } = await fetch(address)
    expect(headers.get('set-cookie')).toBeNull()
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })
})
