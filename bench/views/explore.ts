import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { splitStatements } from '../../infra/clickhouse/split-statements.ts'
import { round } from '../figure.ts'
import { type Dataset, newDataset, subjects } from './dataset.ts'
import { describePlays } from './describe-plays.ts'
import { generateClosedPlays } from './generate-plays.ts'
import { measureDisk } from './measure-disk.ts'
import { type Answered, measureQuestion, timeOf } from './measure-questions.ts'
import { openHours } from './open-hours.ts'
import { printAnswers } from './print-answers.ts'
import { questions } from './questions.ts'
import { rollUpAll } from './roll-up-all.ts'
import { readSubject } from './subject.ts'
import { copyPlays, mergePlays, startWarehouse, type Warehouse } from './warehouse.ts'

/**
 * The questions over plays that are kept: `node bench/views/explore.ts --folder DIR --plays 1e7` fills the folder once.
 * `--sums` computes the sums anew by today's migrations, `--open` adds the open hours (once, for good),
 * `--only TEXT` and `--about viral,cold` choose questions and subjects, `--raw` asks raw rows as well.
 */
const { values: options } = parseArgs({
  options: {
    folder: { type: 'string' },
    plays: { type: 'string', default: '1e6' },
    sums: { type: 'boolean', default: false },
    open: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    about: { type: 'string', default: 'viral,middling' },
    runs: { type: 'string', default: '3' },
    raw: { type: 'boolean', default: false },
    serve: { type: 'boolean', default: false },
  },
})
const migration = new URL('../../infra/clickhouse/migrations/0004-sums.sql', import.meta.url)
const folder = options.folder!
await mkdir(folder, { recursive: true })
const dataset = await readDataset()
const isNew = !existsSync(join(folder, 'filled'))
if (isNew) await fill()
const warehouse = await startWarehouse({ folder })
try {
  if (options.sums || isNew) await sumAnew(warehouse)
  if (options.open) await openHours(warehouse, dataset)
  if (options.raw) await copyPlays(warehouse)
  if (options.serve) {
    console.log(warehouse.url)
    await new Promise((resolve) => process.once('SIGTERM', resolve).once('SIGINT', resolve))
  } else await askAll(warehouse)
} finally {
  await warehouse.stop()
}
process.exit(0)

/** The plays' year ends when they were made; a later run asks as if it were then. */
async function readDataset(): Promise<Dataset> {
  const file = join(folder, 'dataset.json')
  if (!existsSync(file)) await writeFile(file, JSON.stringify(newDataset(Number(options.plays))))
  return JSON.parse(await readFile(file, 'utf8')) as Dataset
}

async function fill(): Promise<void> {
  const filling = await startWarehouse({ folder, memoryBytes: 6e9 })
  try {
    const ms = await timeOf(() => generateClosedPlays(filling.clickhouse, dataset))
    await mergePlays(filling.clickhouse)
    console.log(`written in ${round(ms / 1000)} s`)
    await describePlays(filling.clickhouse, dataset)
  } finally {
    await filling.stop()
  }
  await writeFile(join(folder, 'filled'), '')
}

async function sumAnew({ clickhouse }: Warehouse): Promise<void> {
  for (const name of ['stretch_of_touched_hour', 'touched_hour', 'stretch', 'cell', 'curve'])
    await clickhouse.command({ query: `DROP TABLE IF EXISTS ${name} SYNC` })
  const creating = splitStatements(await readFile(migration, 'utf8')).filter((one) => one.includes('CREATE'))
  for (const query of creating) await clickhouse.command({ query })
  let rolled = 0
  const ms = await timeOf(async () => ({ rolled } = await rollUpAll(clickhouse, dataset)))
  for (const table of ['cell', 'curve', 'stretch']) await clickhouse.command({ query: `OPTIMIZE TABLE ${table} FINAL` })
  const disk = await measureDisk(clickhouse, dataset.plays)
  console.log(
    `${rolled} stretches in ${round(ms / 1000)} s; ${round(disk.bytesPerPlay)} bytes per play: ${disk.tables}`,
  )
}

async function askAll({ clickhouse, raw }: Warehouse): Promise<void> {
  const answers: Answered[] = []
  for (const name of options.about.split(',')) {
    const subject = await readSubject(clickhouse, name, subjects[name]!)
    for (const question of questions.filter((one) => one.name.includes(options.only)))
      answers.push(
        await measureQuestion({ clickhouse, raw: options.raw ? raw : null }, dataset, question, subject, {
          runs: Number(options.runs),
          nowMs: dataset.nowMs,
        }),
      )
  }
  printAnswers(`${dataset.plays} plays`, answers)
}
