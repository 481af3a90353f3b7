import type { Catalog } from '#catalog/open-catalog.ts'
import type { Storage } from '#storage/storage.ts'
import type { Logger } from '../../services/program/logger.ts'
import type { TranscoderConfig } from './config.ts'
import type { Toolbox } from './media/run/run-ffmpeg.ts'

/** What one running transcoder holds. */
export interface Context {
  config: TranscoderConfig
  catalog: Catalog
  storage: Storage
  logger: Logger
  toolbox: Toolbox
  /** Aborted when the program is asked to stop. */
  stopping: AbortSignal
}
