import { z } from 'zod'
import { AppError } from '#contract/errors.ts'

/** Keyset paging: a cursor is the sort key of the last item, opaque to callers. */
export interface Cursor {
  at: Date
  id: string
}

export const pageSize = 48

// The largest moment that a Date can hold.
const cursorSchema = z.tuple([z.number().min(0).max(8.64e15), z.string().regex(/^[a-z0-9]{1,64}$/)])

export function readCursor(text: unknown): Cursor | null {
  if (text === undefined || text === '') return null
  try {
    const [atMs, id] = cursorSchema.parse(JSON.parse(Buffer.from(String(text), 'base64url').toString()))
    return { at: new Date(atMs), id }
  } catch (cause) {
    throw new AppError('bad_request', 'The cursor is not one of ours; ask for the first page again.', { cause })
  }
}

function writeCursor({ at, id }: Cursor): string {
  return Buffer.from(JSON.stringify([at.getTime(), id])).toString('base64url')
}

/** Given one row more than a page holds, cuts it off and points to what follows. */
export function toPage<Row, Item>(rows: Row[], present: (row: Row) => Item, cursorOf: (row: Row) => Cursor) {
  const shown = rows.slice(0, pageSize)
  return {
    items: shown.map(present),
    next: rows.length > pageSize ? writeCursor(cursorOf(shown.at(-1)!)) : null,
  }
}
