import { round } from '../figure.ts'
import { type Answered, percentile } from './measure-questions.ts'

/** One line per question and subject, the slowest first. */
export function printAnswers(title: string, answers: readonly Answered[]): void {
  console.log(`\n${title}`)
  const head = [
    'question',
    'about',
    'p50 ms',
    'p95 ms',
    'slowest period',
    'all time ms',
    'raw ms',
    'cpu ms',
    'raw cpu ms',
    'rows',
    'raw rows',
    'MB',
    'raw MB',
    '',
  ]
  const rows = [...answers].sort((one, other) => p95(other) - p95(one)).map(cellsOf)
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)))
  for (const row of [head, ...rows])
    console.log(
      row
        .map((cell, column) => (column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
        .join('  ')
        .trimEnd(),
    )
  const compared = answers.filter(({ raw }) => raw)
  if (compared.length === 0) return
  const different = compared.filter(({ raw }) => !raw!.isSame).length
  console.log(
    `${compared.length - different} of ${answers.length} answers about all time equal those from raw rows; ${different} differ; the engine refused ${answers.length - compared.length} from raw rows.`,
  )
}

export function p95(answer: Answered): number {
  return percentile(answer.timesMs, 0.95)
}

/** The question and subject with the greatest 95th percentile. */
export function slowestOf(answers: readonly Answered[]): Answered {
  return answers.reduce((one, other) => (p95(one) >= p95(other) ? one : other))
}

function cellsOf(answer: Answered): string[] {
  const { question, subject, timesMs, slowest, allTimeMs, read, raw } = answer
  return [
    question.name,
    subject.name,
    percentile(timesMs, 0.5).toFixed(1),
    p95(answer).toFixed(1),
    slowest.period.name,
    allTimeMs.toFixed(1),
    raw ? raw.ms.toFixed(1) : 'refused',
    read.cpuMs.toFixed(1),
    raw ? raw.read.cpuMs.toFixed(1) : '',
    String(read.rows),
    raw ? String(raw.read.rows) : '',
    String(round(read.bytes / 1e6)),
    raw ? String(round(raw.read.bytes / 1e6)) : '',
    answer.isRefused ? 'too many plays' : raw && !raw.isSame ? 'DIFFERS' : '',
  ]
}
