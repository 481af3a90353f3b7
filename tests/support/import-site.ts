import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openCatalog } from '#catalog/open-catalog.ts'
import type { VideoImport } from '#contract/imports.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import type { ApiConfig } from '../../services/api/config.ts'
import { forgetPartials } from '../../services/api/imports/forget-partials.ts'
import type { ImportLimits } from '../../services/api/imports/import-limits.ts'
import { createImports, type Imports } from '../../services/api/imports/imports.ts'
import { presentImport } from '../../services/api/imports/present-import.ts'
import { createImport, findImport } from '../../services/api/imports/stored-imports.ts'
import { openPlace } from '../../services/api/uploads/open-place.ts'
import { createLogger } from '../../services/program/logger.ts'
import { testLimits } from './import-limits.ts'
import { startTestPostgres } from './postgres.ts'
import { until } from './until.ts'

/** What imports stand on, and another site to fetch from that does what a test wants. */
export async function startImportSite(storageUrl?: string) {
  const folder = await mkdtemp(join(tmpdir(), 'qqvideo-imports-'))
  const postgres = await startTestPostgres()
  const catalog = await openCatalog({ databaseUrl: postgres.url, onError: () => {} })
  const config = {
    STORAGE_URL: storageUrl ?? `file://${join(folder, 'storage')}`,
    UPLOAD_FOLDER: join(folder, 'uploads'),
    MAX_UPLOAD_BYTES: 50_000_000,
    IMPORT_TIMEOUT_MINUTES: 10,
  } as ApiConfig
  const storage = await openStorage(config.STORAGE_URL)
  const context = { catalog, config, storage, logger: createLogger('imports', 'silent') }
  const running = new Set<Imports>()
  const servers: Server[] = []

  return {
    catalog,
    config,
    storage,
    databaseUrl: postgres.url,
    /** Another site, on an address of this machine. */
    async serve(listener: RequestListener): Promise<string> {
      const server = createServer(listener)
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    },
    async start(limits: Partial<ImportLimits> = {}): Promise<Imports> {
      const place = await openPlace(context)
      const imports = createImports(context, place, { ...testLimits, maxBytes: config.MAX_UPLOAD_BYTES, ...limits })
      running.add(imports)
      return imports
    },
    /** Looks once, to the end, for bytes that nobody goes on with. */
    async tidy(): Promise<void> {
      const limits = { ...testLimits, maxBytes: config.MAX_UPLOAD_BYTES }
      await forgetPartials({ ...context, limits, place: await openPlace(context) })
    },
    async stop(imports: Imports): Promise<void> {
      running.delete(imports)
      await imports.stop()
    },
    async addPerson(): Promise<string> {
      const id = randomUUID()
      const person = { id, name: 'Ada', email: `${id}@example.org`, emailVerified: false, image: null }
      await catalog.database.insertInto('user').values(person).execute()
      return id
    },
    /** Asks for an import and gives its video. */
    async ask(address: string, what: { ownerId: string; idempotencyKey?: string; perHour?: number }): Promise<string> {
      const { ownerId, idempotencyKey = null, perHour = 1_000 } = what
      const url = new URL(address)
      const wish = { ownerId, url, title: 'A film', visibility: 'private' as const, idempotencyKey, perHour }
      return createImport(catalog.database, wish)
    },
    async read(videoId: string): Promise<VideoImport> {
      return presentImport(await findImport(catalog.database, videoId))
    },
    async ended(videoId: string): Promise<VideoImport> {
      return until(
        async () => presentImport(await findImport(catalog.database, videoId)),
        ({ state }) => state === 'stored' || state === 'failed',
        30_000,
      )
    },
    video: (id: string) =>
      catalog.database.selectFrom('video').selectAll().where('id', '=', id).executeTakeFirstOrThrow(),
    /** All that lies anywhere: finished sources, and what is kept of unfinished ones. */
    async everything(): Promise<string[]> {
      const unfinished = await readdir(config.UPLOAD_FOLDER).catch(() => [])
      return [...(await keysOf(storage)), ...unfinished]
    },
    async end(): Promise<void> {
      await Promise.all([...running].map((imports) => imports.stop()))
      for (const server of servers) {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      }
      await catalog.close()
      await storage.close()
      await postgres.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
export type ImportSite = Awaited<ReturnType<typeof startImportSite>>

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = []
  for await (const { key } of storage.list('')) keys.push(key)
  return keys
}

/** Serves `bytes` with ranges and an ETag, and breaks the line as the test says: after so many bytes of this answer. */
export function fileServer(
  bytes: Buffer,
  options: { etag?: string; breakAfter?: (request: IncomingMessage, nth: number) => number | null } = {},
) {
  const asked: { range: string | undefined; ifRange: string | string[] | undefined }[] = []
  const { etag = '"one"', breakAfter = () => null } = options
  const listener: RequestListener = (request, response) => {
    const { range, 'if-range': ifRange } = request.headers
    const cut = breakAfter(request, asked.length)
    asked.push({ range, ifRange })
    const start = range && ifRange === etag ? Number(/^bytes=(\d+)-$/.exec(range)?.[1]) : 0
    const rest = bytes.subarray(start)
    response.writeHead(start > 0 ? 206 : 200, {
      'Content-Type': 'video/mp4',
      'Content-Length': rest.length,
      ...(etag && { ETag: etag }),
      ...(start > 0 && { 'Content-Range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    })
    if (cut === null) return response.end(rest)
    response.write(rest.subarray(0, cut), () => request.socket.destroy())
  }
  return { listener, asked }
}
