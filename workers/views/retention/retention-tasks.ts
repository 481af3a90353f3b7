import type { Context } from '../context.ts'
import type { Task } from '../run-tasks.ts'
import { eraseVideos } from './erase-videos.ts'
import { forgetOldPlays } from './forget-old-plays.ts'
import { purgeSalts } from './purge-salts.ts'

const hourMs = 60 * 60 * 1000

/** What is not kept: salts, plays that are old, and plays that somebody wants gone. */
export function retentionTasks(context: Context): Task[] {
  return [
    { name: 'purge-salts', everyMs: hourMs / 4, run: () => purgeSalts(context) },
    { name: 'forget-old-plays', everyMs: hourMs, run: () => forgetOldPlays(context) },
    { name: 'erase-videos', everyMs: 2_000, run: () => eraseVideos(context) },
  ]
}
