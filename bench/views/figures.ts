import { availableParallelism, loadavg } from 'node:os'
import { type Figure, median, pairedRatio, range, round } from '../figure.ts'
import type { Dataset } from './dataset.ts'
import type { Disk } from './measure-disk.ts'
import type { Answered, InTurn } from './measure-questions.ts'
import { p95, slowestOf } from './print-answers.ts'

/** What was measured over one size of input. */
export interface Outcome {
  dataset: Dataset
  rollUpMs: number
  disk: Disk
  closed: Answered[]
  closedInTurn: InTurn
  /** Of the viral video, with plays coming in. */
  open: Answered[]
  openInTurn: InTurn
  rush: number
}

export function closedFigure({ dataset, closed, closedInTurn }: Outcome): Figure {
  return answersFigure(`views.p95_ms.${powerOfTen(dataset)}`, closed, closedInTurn, 100, '')
}

/** Of the largest input. */
export function openFigure(outcomes: readonly Outcome[]): Figure {
  const { dataset, open, openInTurn, rush } = outcomes.at(-1)!
  const note = `; ${powerOfTen(dataset)} plays, ${rush} of them in open hours as four unmerged rows each`
  return answersFigure('views.viral_open_p95_ms', open, openInTurn, 250, note)
}

/** The smallest input has the most hours for each play, so that every size is told. */
export function bytesFigure(outcomes: readonly Outcome[]): Figure {
  const { disk } = outcomes.at(-1)!
  return {
    name: 'views.bytes_per_play',
    value: disk.bytesPerPlay,
    unit: 'B',
    baseline: null,
    ratio: null,
    goal: '≤ 60 B',
    met: disk.bytesPerPlay <= 60,
    runs: outcomes.length,
    note: outcomes
      .map((one) => `${powerOfTen(one.dataset)}: ${round(one.disk.bytesPerPlay)} B (${one.disk.tables})`)
      .join('; '),
  }
}

export function rebuildFigure(outcomes: readonly Outcome[]): Figure {
  const rates = outcomes.map(({ dataset, rollUpMs }) => dataset.plays / (rollUpMs / 1000))
  return {
    name: 'views.rebuild_plays_per_s',
    value: rates.at(-1)!,
    unit: '1/s',
    baseline: null,
    ratio: null,
    goal: '',
    met: null,
    runs: rates.length,
    note: `everything rolled up from plays; ${outcomes.map(({ dataset }, index) => `${powerOfTen(dataset)}: ${round(rates[index]!)}`).join(', ')}`,
  }
}

/** The slowest question about the subject it was slowest about; its baseline is the same question in turn on raw rows. */
function answersFigure(
  name: string,
  answers: readonly Answered[],
  inTurn: InTurn,
  goalMs: number,
  more: string,
): Figure {
  const slowest = slowestOf(answers)
  const value = p95(slowest)
  const hasRaw = inTurn.raw.length > 0
  const raw = hasRaw ? `raw rows ${range(inTurn.raw, 'ms')}` : 'raw rows: refused'
  return {
    name,
    value,
    unit: 'ms',
    baseline: hasRaw ? median(inTurn.raw) : null,
    ratio: hasRaw ? pairedRatio(inTurn.ours.slice(0, inTurn.raw.length), inTurn.raw) : null,
    goal: `≤ ${goalMs} ms`,
    met: value <= goalMs,
    runs: slowest.timesMs.length,
    note: `${slowest.question.name}, ${slowest.subject.name}, ${range(slowest.timesMs, 'ms')}; in turn over ${slowest.slowest.period.name}: ours ${range(inTurn.ours, 'ms')}, ${raw}; ${withinGoal(answers, goalMs)}; ${machine()}${more}`,
  }
}

function withinGoal(answers: readonly Answered[], goalMs: number): string {
  const within = answers.filter((answer) => p95(answer) <= goalMs).length
  return `${within} of ${answers.length} questions within the goal, median of all p95 ${round(median(answers.map(p95)))} ms`
}

function machine(): string {
  return `${availableParallelism()} cores with a load of ${round(loadavg()[0]!)}`
}

function powerOfTen({ plays }: Dataset): string {
  return `1e${Math.round(Math.log10(plays))}`
}
