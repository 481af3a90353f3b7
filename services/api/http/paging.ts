import { z } from 'zod'
import { AppError } from '#contract/errors.ts'

/** Keyset paging: a cursor is the sort key of the last item, opaque to callers. */
export interface Cursor {
  at: Date
  id: string
}

export const pageSize = 48

/** Of a list by time. */
export function readCursor(text: unknown): Cursor | null {
  const read = readSortKey(text, momentSchema)
  return read && { at: new Date(read[0]), id: read[1] }
}

// The largest moment that a Date can hold.
const momentSchema = z.tuple([z.number().min(0).max(8.64e15), z.string().regex(/^[a-z0-9]{1,64}$/)])

/** Null for the first page. */
export function readSortKey<Key>(text: unknown, schema: z.ZodType<Key>): Key | null {
  if (text === undefined || text === '') return null
  try {
    return schema.parse(JSON.parse(Buffer.from(String(text), 'base64url').toString()))
  } catch (cause) {
    throw new AppError('bad_request', 'The cursor is not one of ours; ask for the first page again.', { cause })
  }
}

/** Given one row more than a page holds, cuts it off and points to what follows. */
export function toPage<Row, Item>(rows: Row[], present: (row: Row) => Item, cursorOf: (row: Row) => Cursor) {
  return pageBy(rows, present, (row) => {
    const { at, id } = cursorOf(row)
    return [at.getTime(), id]
  })
}

/** The same of a list by something else than time. */
export function pageBy<Row, Item>(rows: Row[], present: (row: Row) => Item, sortKeyOf: (row: Row) => unknown[]) {
  const shown = rows.slice(0, pageSize)
  const next = rows.length > pageSize ? JSON.stringify(sortKeyOf(shown.at(-1)!)) : null
  return { items: shown.map(present), next: next && Buffer.from(next).toString('base64url') }
}
