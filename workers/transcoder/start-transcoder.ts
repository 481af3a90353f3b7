import { openCatalog } from '#catalog/open-catalog.ts'
import { requeueStranded } from '#catalog/requeue-stranded.ts'
import { openStorage } from '#storage/open-storage.ts'
import type { Logger } from '../../services/program/logger.ts'
import { reach } from '../../services/program/reach.ts'
import type { RunningProgram } from '../../services/program/run-program.ts'
import type { TranscoderConfig } from './config.ts'
import type { Context } from './context.ts'
import { queueDownloadsRegularly } from './extras/make-download.ts'
import { queueStoryboardsRegularly } from './extras/storyboard.ts'
import { workExtra } from './extras/work-extra.ts'
import { findToolbox } from './media/run/self-test.ts'
import { recoverAbandoned } from './recover-abandoned.ts'
import { queueSmallerRegularly } from './smaller/queue-smaller-regularly.ts'
import { clearIdleShelf } from './source-shelf.ts'
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
  const requeuing = await requeueRegularly(context)
  const stopLooking = [
    await queueStoryboardsRegularly(context),
    await queueDownloadsRegularly(context),
    await queueSmallerRegularly(context),
  ]
  await catalog.jobs.workTranscode((job) => workJob(context, job))
  await catalog.jobs.workExtra((job) => workExtra(context, job))
  await catalog.jobs.workSweep((job) => sweepPrefix(context, job))
  return {
    async stop() {
      stopping.abort(new Error('the transcoder was asked to stop'))
      clearInterval(requeuing)
      for (const stop of stopLooking) stop()
      await catalog.close()
      await storage.close()
    },
  }
}

const requeueEveryMs = 60_000

/** Looks now and once a minute for videos that the queue has given up; one look that fails is made up for by the next. */
async function requeueRegularly(context: Context): Promise<NodeJS.Timeout> {
  const { catalog, logger } = context
  async function requeue(): Promise<void> {
    try {
      await clearIdleShelf(context)
      const videoIds = await requeueStranded(catalog)
      if (videoIds.length > 0) logger.warn({ videoIds }, 'videos without a job were queued again')
    } catch (error) {
      logger.error({ err: error }, 'could not look for videos without a job')
    }
  }
  await requeue()
  return setInterval(requeue, requeueEveryMs)
}
