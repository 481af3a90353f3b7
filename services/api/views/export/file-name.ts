import type { ViewsFilter } from '#contract/views.ts'

/** `Kites in spring – site – 2026-11-01 to 2026-11-30.csv`: what it is about, which table, and of which days (UTC). */
export function fileNameOf(
  title: string,
  { table, format, filter }: { table: string; format: string; filter: ViewsFilter },
): string {
  const parts = [
    title
      .replace(/[\\/:*?"<>|\s]+/g, ' ')
      .trim()
      .slice(0, 80),
    table,
    periodOf(filter),
  ]
  return `${parts.filter(Boolean).join(' – ')}.${format}`
}

function periodOf({ fromMs, toMs }: ViewsFilter): string {
  if (fromMs === undefined && toMs === undefined) return ''
  const from = fromMs === undefined ? '' : `${dayOf(fromMs)} `
  // The end is exclusive: a period up to midnight has no part of the day that begins then.
  const to = toMs === undefined ? '' : ` ${dayOf(Math.max(0, toMs - 1))}`
  return `${from}to${to}`
}

function dayOf(ms: number): string {
  return new Date(Math.min(ms, 8.64e15)).toISOString().slice(0, 10)
}
