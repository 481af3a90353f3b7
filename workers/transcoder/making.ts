import { setTimeout as delay } from 'node:timers/promises'
import type { FirstWay } from './first-way.ts'
import type { FfmpegProgress } from './media/run/ffmpeg-progress.ts'
import { runFfmpeg } from './media/run/run-ffmpeg.ts'
import { type ReadWork, runOn } from './work.ts'

/** ffmpeg at a first version, while what it writes is looked at. */
export interface Making {
  isOver: boolean
  /** Rejects with what ffmpeg failed of. */
  done: Promise<unknown>
  /** Resolves when it is over, or after the time. */
  orAfter(ms: number): Promise<unknown>
  end(): Promise<void>
}

export function startMaking(work: ReadWork, way: FirstWay, onProgress: (progress: FfmpegProgress) => void): Making {
  const enough = new AbortController()
  const run = { ...runOn(work, work.durationS), signal: AbortSignal.any([work.signal, enough.signal]) }
  const done = runFfmpeg(work.context.toolbox, run, way.command, onProgress)
  const over = done.then(
    () => {},
    () => {},
  )
  const making: Making = {
    isOver: false,
    done,
    orAfter: (ms) => Promise.race([over, delay(ms)]),
    end: () => {
      enough.abort()
      return over
    },
  }
  void over.then(() => {
    making.isOver = true
  })
  return making
}
