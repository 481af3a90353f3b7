import { type Figure, round } from './figure.ts'

export function printTable(figures: readonly Figure[]): void {
  const rows = figures.map((figure) => [
    figure.name,
    `${round(figure.value)} ${figure.unit}`,
    figure.baseline === null ? '' : `${round(figure.baseline)} ${figure.unit}`,
    figure.ratio === null ? '' : figure.ratio.toFixed(2),
    figure.goal,
    figure.met === null ? '' : figure.met ? 'met' : 'NOT MET',
    figure.note,
  ])
  const head = ['figure', 'ours', 'baseline', 'ratio', 'goal', '', 'note']
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]!.length)))
  for (const row of [head, ...rows]) {
    console.log(
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
  }
}
