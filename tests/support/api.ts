import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Catalog, openCatalog } from '#catalog/open-catalog.ts'
import { newVideoId } from '#contract/ids.ts'
import type { Visibility } from '#contract/video.ts'
import { migrateClickHouse } from '../../infra/clickhouse/migrate.ts'
import type { ApiConfig } from '../../services/api/config.ts'
import { startApi } from '../../services/api/start-api.ts'
import { startClickHouse, type TestClickHouse } from './clickhouse.ts'
import type { Person } from './person.ts'
import { testKey } from './plays.ts'
import { startTestPostgres } from './postgres.ts'

export interface TestApi {
  url: string
  clickhouse: TestClickHouse
  catalog: Catalog
  /** What it keeps on disk: `storage` and `uploads`. */
  folder: string
  /** A video of somebody's, ready to be watched by its row, without the work of making one. */
  addVideo(owner: Person, what?: { title?: string; visibility?: Visibility; durationMs?: number }): Promise<string>
  stop(): Promise<void>
}

/** The api in this process over the real databases, without pages: what is tested is what it answers under /api. */
export async function startTestApi(settings: Partial<ApiConfig> = {}): Promise<TestApi> {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-api-'))
  await writeStandIns(folder)
  const [postgres, clickhouse] = await Promise.all([startTestPostgres(), startClickHouse()])
  await migrateClickHouse(clickhouse.client)
  const program = await startApi({
    PORT: 0,
    HOST: '127.0.0.1',
    PUBLIC_URL: 'http://localhost:8080',
    TRUSTED_PROXIES: 0,
    DATABASE_URL: postgres.url,
    CLICKHOUSE_URL: clickhouse.url,
    STORAGE_URL: `file://${join(folder, 'storage')}`,
    UPLOAD_FOLDER: join(folder, 'uploads'),
    MAX_UPLOAD_BYTES: 1_000_000,
    IMPORTS_PER_HOUR: 100,
    IMPORT_TIMEOUT_MINUTES: 10,
    IMPORT_PORTS: [80, 443],
    IMPORT_ALLOW_PRIVATE: false,
    SIGNING_KEYS: [testKey],
    AUTH_SECRET: 'a secret of the tests that is long enough',
    CAN_MAIL: false,
    SITE_BUILD: join(folder, 'site'),
    PLAYER_BUILD: join(folder, 'player'),
    UNFINISHED_UPLOADS: 20,
    UPLOAD_IDLE_SECONDS: 30,
    LOG_LEVEL: 'error',
    ...settings,
  })
  const catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  return {
    folder,
    url: `http://127.0.0.1:${program.port}`,
    clickhouse,
    catalog,
    async addVideo(owner, { title = 'A film', visibility = 'public', durationMs = 60_000 } = {}) {
      const me = (await (await owner.request('/api/me')).json()) as { id: string }
      const video = { id: newVideoId(), owner_id: me.id, title, visibility, duration_ms: durationMs }
      const published = { status: 'ready' as const, published_at: new Date() }
      await catalog.database
        .insertInto('video')
        .values({ ...video, ...published })
        .execute()
      return video.id
    },
    async stop() {
      await catalog.close()
      await program.stop()
      await Promise.all([postgres.stop(), clickhouse.stop()])
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** In place of the built site and player, which others may be building at this moment. */
export async function writeStandIns(folder: string): Promise<void> {
  const files = {
    'site/package.json': '{"type":"module"}',
    'site/handler.js': 'export const handler = (_request, response) => response.status(404).end()',
    'player/manifest.json': '{"stage.css":{"file":"empty"},"boot.ts":{"file":"empty"}}',
    'player/empty': '',
    'player/embed.js': '',
    'player/embed.js.gz': '',
    'player/embed.js.br': '',
  }
  await Promise.all(['site', 'player'].map((name) => mkdir(join(folder, name))))
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)))
}
