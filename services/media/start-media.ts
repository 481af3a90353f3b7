import { AppError } from '#contract/errors.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Storage } from '#storage/storage.ts'
import { closeServer, listen } from '../program/listen.ts'
import { createLogger } from '../program/logger.ts'
import { StartError } from '../program/read-config.ts'
import type { RunningProgram } from '../program/run-program.ts'
import type { MediaConfig } from './config.ts'
import { createMediaServer } from './create-media-server.ts'
import { startDeliveries } from './deliveries/start-deliveries.ts'

/** Serves whether or not the storage can be reached; `/media/health` tells. */
export async function startMedia(config: MediaConfig): Promise<RunningProgram & { port: number }> {
  const logger = createLogger('media', config.LOG_LEVEL)
  const storage = await open(config.STORAGE_URL)
  const deliveries = await startDeliveries(config, logger)
  const server = createMediaServer({
    storage,
    signingKeys: config.SIGNING_KEYS,
    cacheBytes: config.CACHE_MB * 1024 * 1024,
    logger,
    journal: deliveries?.journal,
  })

  async function letGo(): Promise<void> {
    await deliveries?.stop()
    await storage.close()
  }

  try {
    const port = await listen(server, config.PORT, config.HOST)
    logger.info({ port }, 'media is served')
    return { port, stop: () => closeServer(server).then(letGo) }
  } catch (error) {
    await letGo()
    throw error
  }
}

async function open(url: string): Promise<Storage> {
  try {
    return await openStorage(url)
  } catch (cause) {
    if (cause instanceof AppError) throw new StartError(cause.message, { cause })
    throw cause
  }
}
