/** What a row is called: its value and, for pages, their site. */
export interface RowName {
  value: string
  site: string
}

/** Tells rows apart. */
export function keyOf({ value, site }: RowName): string {
  return JSON.stringify([value, site])
}
