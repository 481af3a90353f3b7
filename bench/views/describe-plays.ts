import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'
import { round } from '../figure.ts'
import { type Dataset, viralId } from './dataset.ts'
import { rowsOf } from './rows-of.ts'

/** Prints how the closed plays are spread; throws where they are not what was asked for. */
export async function describePlays(clickhouse: ClickHouseClient, dataset: Dataset): Promise<void> {
  const { plays, fromMs, openMs } = dataset
  const spread = { fromMs, toMs: openMs, viralId }
  const [seen] = await rowsOf<Record<string, number>>(clickhouse, query, spread)
  const share = (part: string, whole: string) => `${round((seen![part]! / seen![whole]!) * 100)} %`
  console.log(
    [
      `${seen!.plays} plays of ${seen!.videos} videos (the viral one has ${share('viralPlays', 'plays')})`,
      `${seen!.sites} sites, ${seen!.pages} pages, ${seen!.countries} countries, ${seen!.devices} devices`,
      `${seen!.keys} keys, ${seen!.languages} languages, ${seen!.grades} grades, ${seen!.viewers} viewers of a day`,
      `started ${share('starts', 'plays')}, of these viewed ${share('views', 'starts')}, finished ${share('finishes', 'starts')}`,
      `${round(seen!.coveredParts!)} of 100 parts covered on average, not counted ${share('notCounted', 'plays')}`,
    ].join('; '),
  )
  if (seen!.plays !== plays) throw new Error(`${seen!.plays} plays are in the table instead of ${plays}.`)
  if (seen!.firstMs! < fromMs || seen!.lastMs! >= openMs) throw new Error('Plays are outside of their year.')
  if (Math.abs(seen!.viralPlays! / plays - 0.1) > 0.01) throw new Error('The viral video has not a tenth of the plays.')
}

const query = readFileSync(new URL('./describe-plays.sql', import.meta.url), 'utf8')
