import { type Figure, type GroupOptions, round } from './figure.ts'
import { type Dataset, newDataset, subjects } from './views/dataset.ts'
import { describePlays } from './views/describe-plays.ts'
import { bytesFigure, closedFigure, type Outcome, openFigure, rebuildFigure } from './views/figures.ts'
import { generateClosedPlays } from './views/generate-plays.ts'
import { measureDisk } from './views/measure-disk.ts'
import { type Answered, type Effort, measureInTurn, measureQuestion, timeOf } from './views/measure-questions.ts'
import { openHours } from './views/open-hours.ts'
import { printAnswers, slowestOf } from './views/print-answers.ts'
import { questions } from './views/questions.ts'
import { rollUpAll } from './views/roll-up-all.ts'
import { readSubject } from './views/subject.ts'
import { copyPlays, mergePlays, startWarehouse, type Warehouse, withFolder } from './views/warehouse.ts'

/**
 * Every question of the Views Details page over a year of generated plays, beside the same question on raw rows.
 * Quick: a million plays instead of up to a hundred million, two of four subjects, each question once about each period.
 */
export async function viewsGroup({ quick }: GroupOptions): Promise<Figure[]> {
  const outcomes: Outcome[] = []
  for (const plays of quick ? [1e6] : [1e6, 1e7, 1e8]) {
    outcomes.push(await withFolder((folder) => measureSize(folder, newDataset(plays), quick)))
  }
  return [...outcomes.map(closedFigure), openFigure(outcomes), bytesFigure(outcomes), rebuildFigure(outcomes)]
}

/** Leaves the folder to its owner, filled. */
async function measureSize(folder: string, dataset: Dataset, quick: boolean): Promise<Outcome> {
  await fill(folder, dataset)
  const warehouse = await startWarehouse({ folder })
  try {
    let rolled = 0
    const rollUpMs = await timeOf(async () => ({ rolled } = await rollUpAll(warehouse.clickhouse, dataset)))
    const disk = await measureDisk(warehouse.clickhouse, dataset.plays)
    tell(dataset, `${rolled} stretches rolled up in ${round(rollUpMs / 1000)} s; bytes per play: ${disk.tables}`)
    await copyPlays(warehouse)
    const closed = await askAll(
      warehouse,
      dataset,
      effortOf(dataset, quick),
      quick ? ['viral', 'middling'] : Object.keys(subjects),
    )
    printAnswers(`${dataset.plays} plays, hours that are over`, closed)
    const closedInTurn = await measureInTurn(warehouse, slowestOf(closed), { runs: 3, nowMs: dataset.nowMs })
    const rush = await openHours(warehouse, dataset)
    await copyPlays(warehouse)
    const open = await askAll(warehouse, dataset, effortOf(dataset, quick), ['viral'])
    printAnswers(`${dataset.plays} plays, the viral video with ${rush} plays of four unmerged rows in open hours`, open)
    const openInTurn = await measureInTurn(warehouse, slowestOf(open), { runs: 3, nowMs: dataset.nowMs })
    return { dataset, rollUpMs, disk, closed, closedInTurn, open, openInTurn, rush }
  } finally {
    await warehouse.stop()
  }
}

/** A year of plays as if they had come in long ago: all merged. */
async function fill(folder: string, dataset: Dataset): Promise<void> {
  // Large parts in memory save most of the merging; what is measured later has the memory that the system gives.
  const warehouse = await startWarehouse({ folder, memoryBytes: 6e9 })
  try {
    const ms = await timeOf(() => generateClosedPlays(warehouse.clickhouse, dataset))
    await mergePlays(warehouse.clickhouse)
    tell(dataset, `written in ${round(ms / 1000)} s`)
    await describePlays(warehouse.clickhouse, dataset)
  } finally {
    await warehouse.stop()
  }
}

async function askAll(
  warehouse: Warehouse,
  dataset: Dataset,
  effort: Effort,
  names: readonly string[],
): Promise<Answered[]> {
  const answers: Answered[] = []
  for (const name of names) {
    const subject = await readSubject(warehouse.clickhouse, name, subjects[name]!)
    for (const question of questions) answers.push(await measureQuestion(warehouse, dataset, question, subject, effort))
  }
  return answers
}

function effortOf({ nowMs }: Dataset, quick: boolean): Effort {
  return { runs: quick ? 1 : 5, nowMs }
}

function tell({ plays }: Dataset, what: string): void {
  console.log(`${plays} plays: ${what}`)
}
