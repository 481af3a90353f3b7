import { queueMissingDownloads } from '#catalog/extras-download.ts'
import { queueMissingStoryboards } from '#catalog/extras-storyboard.ts'
import { openCatalog } from '#catalog/open-catalog.ts'
import { queueMissingSmaller } from '#catalog/queue-missing-smaller.ts'
import { requeueStranded } from '#catalog/requeue-stranded.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Logger } from '../../services/program/logger.ts'
import { reach } from '../../services/program/reach.ts'
import type { RunningProgram } from '../../services/program/run-program.ts'
import { clearIdleShelf } from './clear-idle-shelf.ts'
import type { TranscoderConfig } from './config.ts'
import type { Context } from './context.ts'
import { deleteOriginals } from './delete-originals.ts'
import { workExtra } from './extras/work-extra.ts'
import { lookRegularly } from './look-regularly.ts'
import { findToolbox } from './media/run/self-test.ts'
import { recoverAbandoned } from './recover-abandoned.ts'
import { sweepPrefix } from './sweep-prefix.ts'
import { workJob } from './work-job.ts'
import { emptyWorkFolder } from './workspace.ts'

/**
 * Starts a worker that makes one part of a video at a time, and extras beside it. `stop` kills ffmpeg, gives the job back
 * and resolves within seconds.
 * Throws a StartError where this machine can't make videos.
 */
export async function startTranscoder(config: TranscoderConfig, logger: Logger): Promise<RunningProgram> {
  await emptyWorkFolder(config.workFolder)
  const toolbox = await findToolbox(config, logger)
  const storage = await reach('The storage of STORAGE_URL', openStorage(config.storageUrl))
  const catalog = await reach(
    'The database of DATABASE_URL',
    openCatalog({
      databaseUrl: config.databaseUrl,
      onError: (error) => logger.error({ err: error }, 'the database or the queue complains'),
    }),
  )
  const stopping = new AbortController()
  const context: Context = { config, catalog, storage, logger, toolbox, stopping: stopping.signal }
  await recoverAbandoned(context)
  const stopLooking = await startLooking(context)
  await catalog.jobs.workTranscode((job) => workJob(context, job))
  await catalog.jobs.workExtra((job) => workExtra(context, job))
  await catalog.jobs.workSweep((job) => sweepPrefix(context, job))
  return {
    async stop() {
      stopping.abort(new Error('the transcoder was asked to stop'))
      for (const stop of stopLooking) stop()
      await catalog.close()
      await storage.close()
    },
  }
}

/** What a crash, an outage or an update of the site left undone; gives what ends the looking. */
async function startLooking(context: Context): Promise<(() => void)[]> {
  const { catalog, config, logger } = context
  async function requeue(): Promise<void> {
    const videoIds = await requeueStranded(catalog)
    if (videoIds.length > 0) logger.warn({ videoIds }, 'videos without a job were queued again')
  }
  const looks: [string, () => Promise<unknown>][] = [
    ['videos without a job', requeue],
    ['sources that nobody reads', () => clearIdleShelf(context)],
    ['videos without a storyboard', () => queueMissingStoryboards(catalog)],
    ['originals that nobody wants to keep', () => deleteOriginals(context)],
    ['videos without a download', () => queueMissingDownloads(catalog)],
  ]
  if (config.makeSmaller) looks.push(['videos to make smaller', () => queueMissingSmaller(catalog)])
  return Promise.all(looks.map(([forWhat, look]) => lookRegularly(context, forWhat, look)))
}
