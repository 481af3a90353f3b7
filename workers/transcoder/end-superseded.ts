import { readFirstTries } from '#catalog/part-sums.ts'
import type { Context } from './context.ts'
import { endGrowth } from './end-growth.ts'
import { attemptParts } from './prefixes.ts'

/**
 * Ends all first versions of a video that something else has taken the place of. Usually each has its end since the switch;
 * where a worker was killed right after that, players of it would ask for more for ever. Safe to repeat.
 */
export async function endSuperseded({ catalog, storage }: Pick<Context, 'catalog' | 'storage'>, videoId: string) {
  const video = await catalog.database
    .selectFrom('video')
    .select('published_prefix')
    .where('id', '=', videoId)
    .executeTakeFirst()
  for (const { number, tries } of await readFirstTries(catalog.database, videoId)) {
    for (let firstTry = 1; firstTry <= tries; firstTry++) {
      const { remux, first } = attemptParts({ videoId, number, firstTry })
      for (const prefix of [remux, first]) {
        if (prefix !== video?.published_prefix) await endGrowth(storage, prefix, 'moved')
      }
    }
  }
}
