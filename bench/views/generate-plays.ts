import { readFileSync } from 'node:fs'
import type { ClickHouseClient } from '@clickhouse/client'
import { type Dataset, dayMs, hourOfDay, monthsOf } from './dataset.ts'

/** A year of plays in hours that are over, a month at a time; one play in ten has a second, earlier row. */
export async function generateClosedPlays(clickhouse: ClickHouseClient, dataset: Dataset): Promise<void> {
  const { plays, fromMs, openMs } = dataset
  const stretches = [...monthsOf(dataset), { fromMs: openMs - (openMs % dayMs), toMs: openMs }]
  let written = 0
  for (const stretch of stretches.filter(({ fromMs, toMs }) => fromMs < toMs)) {
    const upTo = stretch.toMs === openMs ? plays : Math.round(((stretch.toMs - fromMs) / (openMs - fromMs)) * plays)
    const isStretch = (stretch.toMs - stretch.fromMs) % dayMs !== 0
    const slice = { ...stretch, isStretch, fromNumber: written, count: upTo - written }
    await generate(clickhouse, dataset, slice)
    await generate(clickhouse, dataset, { ...slice, step: 1, steps: 3, oneIn: 10 })
    written = upTo
  }
}

/** What happens now: of all videos the usual, and of the viral one a rush, four rows a play as its beacons came in. */
export async function generateOpenPlays(clickhouse: ClickHouseClient, dataset: Dataset): Promise<{ rush: number }> {
  const { plays, fromMs, openMs, nowMs } = dataset
  const usual = Math.ceil((plays * (nowMs - openMs)) / (openMs - fromMs))
  const rush = Math.ceil(plays / 400)
  const open = { fromMs: openMs, toMs: nowMs, isStretch: true }
  await generate(clickhouse, dataset, { ...open, fromNumber: plays, count: usual })
  const steps = 4
  const batches = 5
  for (let batch = 0; batch < batches; batch++) {
    const fromNumber = plays + usual + Math.floor((rush * batch) / batches)
    const count = plays + usual + Math.floor((rush * (batch + 1)) / batches) - fromNumber
    for (let step = 1; step <= steps; step++)
      await generate(clickhouse, dataset, { ...open, fromNumber, count, step, steps, viralPerMille: 1000 })
  }
  return { rush }
}

interface Slice {
  fromMs: number
  toMs: number
  /** Evenly over the stretch; else over whole days by the rhythm of the day. */
  isStretch: boolean
  fromNumber: number
  count: number
  /** How far the play had come when the row was written: step of steps. */
  step?: number
  steps?: number
  oneIn?: number
  viralPerMille?: number
}

async function generate(clickhouse: ClickHouseClient, dataset: Dataset, slice: Slice): Promise<void> {
  const { fromMs, toMs, isStretch, fromNumber, count, step = 1, steps = 1, oneIn = 1, viralPerMille = 100 } = slice
  if (count === 0) return
  await clickhouse.command({
    query,
    query_params: {
      ...{ fromMs, spanMs: toMs - fromMs, isStretch: Number(isStretch), fromNumber, count, step, steps, oneIn },
      ...{ viralPerMille, hourOfDay, playsPerDay: dataset.plays / 365, nowMs: dataset.nowMs },
    },
  })
}

const query = readFileSync(new URL('./generate.sql', import.meta.url), 'utf8')
