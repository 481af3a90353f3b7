const second = 1_000
const minute = 60 * second
const hour = 60 * minute

/** After a failed try, so long until the next; none left means that it is given up. */
export const webhookPausesMs = [
  10 * second,
  minute,
  5 * minute,
  30 * minute,
  2 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
] as const

/** A mail is given up about a day after it was made. The first pause is longer than any try may take. */
export const mailPausesMs = [
  2 * minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  8 * hour,
] as const
