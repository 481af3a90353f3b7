/** The lengths of time that are added up, as the table `stretch` counts them. */
export const levels = { hour: 1, day: 2, month: 3 } as const
export type Level = keyof typeof levels

/** The beginning of the stretch that an hour belongs to. */
export const startOf: Record<Level, (hour: string) => string> = {
  hour: (hour) => hour,
  day: (hour) => `toStartOfDay(${hour})`,
  month: (hour) => `toDateTime(toStartOfMonth(${hour}), 'UTC')`,
}

/** Hours are added up in few respects: each keeps its viewers one by one. */
export const hourFacets: readonly string[] = ['whole', 'site', 'mark']
