const one = new Intl.PluralRules('en')
export const count = new Intl.NumberFormat('en')

/** `3 videos`, `1 video`. */
export function many(value: number, singular: string, plural = `${singular}s`): string {
  return `${count.format(value)} ${one.select(value) === 'one' ? singular : plural}`
}
