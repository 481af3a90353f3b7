import { AppError } from '#contract/errors.ts'

/** How many rows were shown before; opaque to callers. */
export function writeOffset(rows: number): string {
  return Buffer.from(`rows:${rows}`).toString('base64url')
}

/** Throws `bad_request` for what `writeOffset` never made. */
export function readOffset(cursor: string | undefined): number {
  if (!cursor) return 0
  const rows = /^rows:(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1]
  if (!rows) throw new AppError('bad_request', 'The cursor is not one of ours; ask for the first page again.')
  return Number(rows)
}
